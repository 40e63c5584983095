--- `workspace/applyEdit`, answered truthfully, and at a time that suits who types.
---
--- Nvim's own handler drops a stale edit and answers that it was applied. And an edit that lands in
--- Insert mode becomes part of what is being typed: one `u` would take back both.
local runs = require('plansmith.runs')
local unnamed = require('plansmith.unnamed')

local M = {}

---@class plansmith.DocumentEdit
---@field uri string
---@field bufnr? integer The buffer that it changes; nil where that is not clear.
---@field version? integer The version that it was made for.
---@field edits lsp.TextEdit[]

--- What an edit changes, one for each document.
---@param edit lsp.WorkspaceEdit
---@param client vim.lsp.Client
---@return plansmith.DocumentEdit[]
local function document_edits(edit, client)
  local found = {}
  ---@param uri string
  ---@param version? integer
  ---@param edits lsp.TextEdit[]
  local function add(uri, version, edits)
    local bufnr = unnamed.buffer(client, uri)
    table.insert(found, { uri = uri, bufnr = bufnr, version = version, edits = edits })
  end
  for _, change in ipairs(edit.documentChanges or {}) do
    if not change.textDocument then
      error('it creates, renames or deletes files')
    end
    add(change.textDocument.uri, change.textDocument.version, change.edits)
  end
  for uri, edits in pairs(edit.changes or {}) do
    add(uri, nil, edits)
  end
  return found
end

--- Whether keys that are typed go into one of the buffers.
---@param bufnrs integer[]
---@return boolean
local function is_typing(bufnrs)
  local mode = vim.api.nvim_get_mode().mode
  -- Insert and Replace mode, their CTRL-O, and Select mode, in which a snippet is filled in.
  local types = mode:find('^[iRsS\19]') ~= nil or mode:find('^ni') ~= nil
  return types and vim.list_contains(bufnrs, vim.api.nvim_get_current_buf())
end

--- Waits until nobody types in the buffers, or until no key was pressed there for some seconds.
---@async
---@param bufnrs integer[]
---@param seconds number
local function wait_for_a_pause(bufnrs, seconds)
  local thread = coroutine.running()
  local timer = assert(vim.uv.new_timer())
  local autocmds = {} ---@type integer[]
  local function go_on()
    if #autocmds > 0 then
      vim.iter(autocmds):each(vim.api.nvim_del_autocmd)
      autocmds = {}
      timer:close()
      assert(coroutine.resume(thread))
    end
  end
  local function wait_anew()
    timer:start(math.floor(seconds * 1000), 0, vim.schedule_wrap(go_on))
  end
  autocmds[1] = vim.api.nvim_create_autocmd({ 'ModeChanged', 'BufEnter' }, {
    desc = 'Apply what Plansmith held while you typed',
    -- Scheduled: between Insert mode and its CTRL-O there is no pause.
    callback = vim.schedule_wrap(function()
      if not is_typing(bufnrs) then
        go_on()
      end
    end),
  })
  autocmds[2] = vim.api.nvim_create_autocmd({ 'CursorMovedI', 'TextChangedI', 'TextChangedP' }, {
    desc = 'Hold what Plansmith holds while you type',
    callback = wait_anew,
  })
  wait_anew()
  coroutine.yield()
end

---@param reason string
---@return lsp.ApplyWorkspaceEditResult
local function refused(reason)
  return { applied = false, failureReason = reason }
end

--- Why the edits can't be applied as the buffers are now; nil if they can.
---@param found plansmith.DocumentEdit[]
---@return string?
local function obstacle(found)
  for _, each in ipairs(found) do
    local bufnr = each.bufnr
    if not bufnr then
      return 'several buffers have no name; give them one'
    end
    if not vim.api.nvim_buf_is_loaded(bufnr) then
      return ('%s is not open'):format(each.uri)
    end
    if not vim.bo[bufnr].modifiable then
      return ("%s can't be changed: 'modifiable' is off"):format(each.uri)
    end
    local version = vim.lsp.util.buf_versions[bufnr]
    -- Nvim has no version 1. The server says so of a text that was never changed, which is 0, for
    -- Nvim's own handler compares no edit with 0.
    local is_untouched = each.version == 1 and version == 0
    if type(each.version) == 'number' and each.version ~= version and not is_untouched then
      local words = 'the text has changed: the edit is for version %d, and this is version %d'
      return words:format(each.version, version)
    end
  end
end

---@param params lsp.ApplyWorkspaceEditParams
---@param client vim.lsp.Client
---@return lsp.ApplyWorkspaceEditResult
local function apply(params, client)
  local found = document_edits(params.edit, client)
  local bufnrs = vim.tbl_map(function(each)
    return each.bufnr
  end, found)
  local run = runs.latest(client.id)
  if coroutine.isyieldable() and is_typing(bufnrs) then
    runs.hold(run, true)
    wait_for_a_pause(bufnrs, require('plansmith').option('hold'))
    runs.hold(run, false)
  end
  if client:is_stopped() then
    return refused('the server has ended')
  end
  if run and not runs.goes_on(run) then
    return refused('it was cancelled while the edit was held')
  end
  local reason = obstacle(found)
  if reason then
    return refused(reason)
  end
  for _, each in ipairs(found) do
    local bufnr = assert(each.bufnr)
    -- Setting the option ends the undo step of what was done before, even if to the same value; in
    -- a buffer that is not the current one nothing else would.
    vim.api.nvim_buf_call(bufnr, function()
      vim.go.undolevels = vim.go.undolevels
    end)
    vim.lsp.util.apply_text_edits(each.edits, bufnr, client.offset_encoding)
  end
  if is_typing(bufnrs) and vim.api.nvim_get_mode().mode:find('^[iR]') then
    -- The keys that follow begin a step of their own.
    vim.api.nvim_feedkeys(vim.keycode('<C-g>u'), 'in', false)
  end
  return { applied = true }
end

--- The handler of `workspace/applyEdit`.
---@param params lsp.ApplyWorkspaceEditParams
---@param context lsp.HandlerContext
---@return lsp.ApplyWorkspaceEditResult
function M.on_apply_edit(_, params, context)
  local client = assert(vim.lsp.get_client_by_id(context.client_id))
  local ok, result = pcall(apply, params, client)
  return ok and result or refused(tostring(result))
end

return M
