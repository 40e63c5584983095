---@brief
---
--- Plansmith, a language server for Markdown task breakdowns: it expands a task heading into a full
--- implementation plan in place, and checks every plan while it is edited.
---
--- Install the server, so that `plansmith` is on the `PATH`:
---
--- ```sh
--- pip install plansmith
--- ```
---
--- This file needs no other file of the plugin. Enable it with `vim.lsp.enable('plansmith')`.

--- Milliseconds from an edit to the refresh of the code lenses.
local REFRESH_AFTER = 200

--- Keeps the code lenses of `bufnr` current for as long as `client` is attached to it.
---@param client vim.lsp.Client
---@param bufnr integer
local function show_code_lenses(client, bufnr)
  if not client:supports_method('textDocument/codeLens', bufnr) then
    return
  end
  -- From 0.12 on Nvim keeps lenses current by itself, and calling refresh() is deprecated.
  if vim.lsp.codelens.enable then
    vim.lsp.codelens.enable(true, { bufnr = bufnr })
    return
  end
  local function is_attached()
    return vim.api.nvim_buf_is_valid(bufnr) and vim.lsp.buf_is_attached(bufnr, client.id)
  end
  vim.lsp.codelens.refresh({ bufnr = bufnr })
  local waiting = false
  vim.api.nvim_create_autocmd({ 'BufEnter', 'CursorHold', 'InsertLeave', 'TextChanged' }, {
    buffer = bufnr,
    desc = 'Refresh the code lenses of Plansmith',
    callback = function()
      if not is_attached() then
        return true -- Deletes this autocommand: a restarted server brings its own.
      end
      if waiting then
        return
      end
      -- Nvim drops a refresh while the lenses of the one before are still being resolved, so the
      -- second of two quick edits would be missed.
      waiting = true
      vim.defer_fn(function()
        waiting = false
        if is_attached() then
          vim.lsp.codelens.refresh({ bufnr = bufnr })
        end
      end, REFRESH_AFTER)
    end,
  })
end

---@type vim.lsp.Config
local config = {
  cmd = { 'plansmith', 'server' },
  filetypes = { 'markdown' },
  -- The inner list gives the names equal priority: the nearest folder that has any of them is the
  -- root, and the search stops there. In a flat list a plansmith.toml far above would win.
  root_markers = { { 'plansmith.toml', 'pyproject.toml', '.git' } },
  capabilities = {
    workspace = {
      -- Nvim leaves this off on Linux. Without it the server never hears that a file which a plan
      -- names was created or deleted.
      didChangeWatchedFiles = { dynamicRegistration = true },
    },
  },
  handlers = {},
  on_attach = show_code_lenses,
}

-- Nvim 0.11 does not know that a server can ask for new lenses, as ours does when a configuration
-- has changed.
if not vim.lsp.codelens.enable then
  config.capabilities.workspace.codeLens = { refreshSupport = true }
  config.handlers['workspace/codeLens/refresh'] = function(_, _, context)
    local client = vim.lsp.get_client_by_id(context.client_id)
    for bufnr in pairs(client and client.attached_buffers or {}) do
      vim.lsp.codelens.refresh({ bufnr = bufnr })
    end
    return vim.NIL
  end
end

-- What the rest of the plugin adds, where it is there.
if #vim.api.nvim_get_runtime_file('lua/plansmith/init.lua', false) > 0 then
  return require('plansmith').extend(config)
end
return config
