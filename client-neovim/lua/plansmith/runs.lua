--- The expansions that run, as their progress tells.
local M = {}

---@class plansmith.Run
---@field token lsp.ProgressToken
---@field client_id integer
---@field bufnr? integer The buffer that it writes into, where that is known.
---@field message string What it is doing now.
---@field is_held? boolean Whether its edit waits until nobody types.

---@type plansmith.Run[] The one that was heard of last stands last.
local runs = {}
local begun = 0
local buffers = {} ---@type table<lsp.ProgressToken, integer>

---@param client_id integer
---@param token lsp.ProgressToken
---@return plansmith.Run?
local function take(client_id, token)
  for index, run in ipairs(runs) do
    if run.client_id == client_id and run.token == token then
      return table.remove(runs, index)
    end
  end
end

--- A token for the progress of a request that is about a buffer.
---
--- Nvim sends none with a command, and the server's own would not tell which buffer it is for.
---@param bufnr integer
---@return string
function M.new_token(bufnr)
  begun = begun + 1
  local token = ('plansmith-%d-%d'):format(vim.fn.getpid(), begun)
  buffers[token] = bufnr
  return token
end

--- Follows the progress of our servers; for |LspProgress|.
---@param event { data: { client_id: integer, params: lsp.ProgressParams } }
function M.on_progress(event)
  local client = vim.lsp.get_client_by_id(event.data.client_id)
  if not client or client.name ~= 'plansmith' then
    return
  end
  local token, value = event.data.params.token, event.data.params.value
  local run = take(client.id, token)
  if value.kind ~= 'end' then
    run = run or { token = token, client_id = client.id, bufnr = buffers[token], message = '' }
    run.message = value.message or run.message
    table.insert(runs, run)
  else
    buffers[token] = nil
  end
  vim.cmd.redrawstatus({ bang = true })
end

--- Forgets what ran at a server that is gone.
---@param client_id integer
function M.forget(client_id)
  runs = vim.tbl_filter(function(run)
    return run.client_id ~= client_id
  end, runs)
  vim.cmd.redrawstatus({ bang = true })
end

--- The run of a server that was heard of last.
---@param client_id integer
---@return plansmith.Run?
function M.latest(client_id)
  for index = #runs, 1, -1 do
    if runs[index].client_id == client_id then
      return runs[index]
    end
  end
end

--- Whether a run has not ended yet.
---@param run plansmith.Run
---@return boolean
function M.goes_on(run)
  return vim.list_contains(runs, run)
end

--- Shows that the edit of a run waits, or waits no more.
---@param run? plansmith.Run
---@param is_held boolean
function M.hold(run, is_held)
  if run then
    run.is_held = is_held
    vim.cmd.redrawstatus({ bang = true })
  end
end

--- The runs of the servers of a buffer, but for those that are known to write elsewhere.
---@param bufnr integer
---@return plansmith.Run[]
local function runs_of(bufnr)
  bufnr = bufnr == 0 and vim.api.nvim_get_current_buf() or bufnr
  return vim.tbl_filter(function(run)
    return vim.lsp.buf_is_attached(bufnr, run.client_id)
      and (run.bufnr == nil or run.bufnr == bufnr)
  end, runs)
end

--- Asks runs to end: those of a buffer, or all.
---@param bufnr? integer
---@return integer count
function M.cancel(bufnr)
  local found = bufnr and runs_of(bufnr) or vim.list_slice(runs)
  for _, run in ipairs(found) do
    local client = vim.lsp.get_client_by_id(run.client_id)
    if client then
      client:notify('window/workDoneProgress/cancel', { token = run.token })
    end
  end
  return #found
end

--- See `require('plansmith').statusline()`.
---@param bufnr integer
---@return string
function M.statusline(bufnr)
  local found = runs_of(bufnr)
  if #found == 0 then
    return ''
  end
  local count = #found > 1 and (' (%d)'):format(#found) or ''
  local latest = found[#found]
  local message = latest.is_held and 'the plan waits for the end of Insert mode' or latest.message
  local text = ('Plansmith%s%s'):format(count, message ~= '' and ': ' .. message or '')
  return (text:gsub('[%c]', ' '):gsub('%%', '%%%%'))
end

return M
