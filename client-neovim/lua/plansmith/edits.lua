--- `workspace/applyEdit`, answered truthfully, and at a time that suits who types.
---
--- Nvim's own handler drops a stale edit and answers that it was applied. And an edit that lands in
--- Insert mode becomes part of what is being typed: one `u` would take back both.
local runs = require('plansmith.runs')

local M = {}

--- The buffers that an edit changes, each with the version that it was made for.
---@param edit lsp.WorkspaceEdit
---@return { uri: string, version?: integer }[]
local function documents(edit)
  local found = {}
  for _, change in ipairs(edit.documentChanges or {}) do
    if change.textDocument then
      table.insert(found, change.textDocument)
    end
  end
  for uri in pairs(edit.changes or {}) do
    table.insert(found, { uri = uri })
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

--- Why the edit can't be applied as the buffers are now; nil if it can.
---@param found { uri: string, version?: integer }[]
---@return string?
local function obstacle(found)
  for _, document in ipairs(found) do
    local bufnr = vim.uri_to_bufnr(document.uri)
    if not vim.api.nvim_buf_is_loaded(bufnr) then
      return ('%s is not open'):format(document.uri)
    end
    if not vim.bo[bufnr].modifiable then
      return ("%s can't be changed: 'modifiable' is off"):format(document.uri)
    end
    local version = vim.lsp.util.buf_versions[bufnr]
    if type(document.version) == 'number' and document.version ~= version then
      local words = 'the text has changed: the edit is for version %d, and this is version %d'
      return words:format(document.version, version)
    end
  end
end

---@param params lsp.ApplyWorkspaceEditParams
---@param client vim.lsp.Client
---@return lsp.ApplyWorkspaceEditResult
local function apply(params, client)
  local found = documents(params.edit)
  local bufnrs = vim.tbl_map(function(document)
    return vim.uri_to_bufnr(document.uri)
  end, found)
  local run = runs.latest(client.id)
  if coroutine.isyieldable() and is_typing(bufnrs) then
    wait_for_a_pause(bufnrs, require('plansmith').option('hold'))
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
  -- Setting the option ends the undo step of what was done before, even if to the same value.
  vim.go.undolevels = vim.go.undolevels
  local ok, problem = pcall(vim.lsp.util.apply_workspace_edit, params.edit, client.offset_encoding)
  if is_typing(bufnrs) and vim.api.nvim_get_mode().mode:find('^[iR]') then
    -- The keys that follow begin a step of their own.
    vim.api.nvim_feedkeys(vim.keycode('<C-g>u'), 'in', false)
  end
  return ok and { applied = true } or refused(tostring(problem))
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
