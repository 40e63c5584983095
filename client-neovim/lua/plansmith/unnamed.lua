--- Buffers without a name.
---
--- Nvim gives them all the URI `file://`, and finds none of them by it: for each diagnostics and
--- each edit it would make a new, empty buffer.
local M = {}

M.URI = 'file://'

--- The buffer that a URI means; nil where that is not clear, for several without a name are one to
--- the server.
---@param client vim.lsp.Client
---@param uri string
---@return integer?
function M.buffer(client, uri)
  if uri ~= M.URI then
    return vim.uri_to_bufnr(uri)
  end
  local found = vim.tbl_filter(function(bufnr)
    return vim.api.nvim_buf_is_valid(bufnr) and vim.api.nvim_buf_get_name(bufnr) == ''
  end, vim.tbl_keys(client.attached_buffers))
  return #found == 1 and found[1] or nil
end

--- Nvim's own form of the server's diagnostics.
---@param diagnostics lsp.Diagnostic[]
---@param bufnr integer
---@param encoding string
---@return vim.Diagnostic.Set[]
local function converted(diagnostics, bufnr, encoding)
  local lines = vim.api.nvim_buf_get_lines(bufnr, 0, -1, true)
  ---@param position lsp.Position
  local function column(position)
    local line = lines[position.line + 1] or ''
    return vim.str_byteindex(line, encoding, position.character, false)
  end
  return vim.tbl_map(function(each)
    return {
      lnum = each.range.start.line,
      col = column(each.range.start),
      end_lnum = each.range['end'].line,
      end_col = column(each.range['end']),
      severity = each.severity,
      message = each.message,
      source = each.source,
      code = each.code,
      user_data = { lsp = each },
    }
  end, diagnostics)
end

--- The handler of `textDocument/publishDiagnostics`.
---@param err? lsp.ResponseError
---@param params lsp.PublishDiagnosticsParams
---@param context lsp.HandlerContext
function M.on_publish_diagnostics(err, params, context)
  if params.uri ~= M.URI then
    vim.lsp.handlers['textDocument/publishDiagnostics'](err, params, context)
    return
  end
  local client = vim.lsp.get_client_by_id(context.client_id)
  local bufnr = client and M.buffer(client, params.uri)
  if client and bufnr and vim.api.nvim_buf_is_loaded(bufnr) then
    local namespace = vim.lsp.diagnostic.get_namespace(client.id)
    local found = converted(params.diagnostics, bufnr, client.offset_encoding)
    vim.diagnostic.set(namespace, bufnr, found)
  end
end

return M
