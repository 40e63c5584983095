--- The server's life: trust that outlives a restart, and the restart of one that broke.
local plansmith = require('plansmith')

local M = {}

--- A server that breaks more often than this within the time, in milliseconds, is left alone.
local MOST, WITHIN = 3, 180000
local PAUSE = 500

local trusted = {} ---@type table<string, boolean> What the user said, by root.
local broken = {} ---@type integer[] When servers broke.

---@param client vim.lsp.Client
---@return string
local function place(client)
  return client.root_dir or ''
end

--- Trusts the project of a server, or no more, until Nvim ends.
---@param client vim.lsp.Client
---@param is_trusted boolean
function M.trust(client, is_trusted)
  trusted[place(client)] = is_trusted
  client:notify('plansmith/didChangeTrust', { trusted = is_trusted })
  local where = client.root_dir or 'what lies in no project'
  local words = is_trusted and '%s is trusted until Nvim ends' or '%s is trusted no more'
  plansmith.say(words:format(where))
end

--- Tells a server that has just started what the user said before.
---@param client vim.lsp.Client
function M.on_init(client)
  local said = trusted[place(client)]
  if said ~= nil then
    client:notify('plansmith/didChangeTrust', { trusted = said })
  end
end

--- Starts a server that broke again, for the buffers that it served.
---@param code integer
---@param signal integer
---@param client_id integer
function M.on_exit(code, signal, client_id)
  local client = vim.lsp.get_client_by_id(client_id)
  local bufnrs = client and vim.tbl_keys(client.attached_buffers) or {}
  local was_ready = client ~= nil and client.initialized == true
  local is_wanted = (code ~= 0 or signal ~= 0) and signal ~= 15
  vim.schedule(function()
    require('plansmith.runs').forget(client_id)
    require('plansmith.preview').forget()
    if not client or not is_wanted or not was_ready or vim.v.exiting ~= vim.NIL then
      return
    end
    if not plansmith.option('restart') then
      return
    end
    M.restart(client, bufnrs)
  end)
end

--- Starts a server again, unless it broke too often.
---@param client vim.lsp.Client
---@param bufnrs integer[]
function M.restart(client, bufnrs)
  local now = vim.uv.now()
  broken = vim.tbl_filter(function(at)
    return now - at < WITHIN
  end, broken)
  table.insert(broken, now)
  if #broken > MOST then
    local words = 'the server broke %d times and is not started again; see :checkhealth plansmith'
    plansmith.say(words:format(#broken), vim.log.levels.ERROR)
    return
  end
  plansmith.say('the server broke, and is started again', vim.log.levels.WARN)
  vim.defer_fn(function()
    for _, bufnr in ipairs(bufnrs) do
      if vim.api.nvim_buf_is_loaded(bufnr) and plansmith.is_enabled() then
        vim.lsp.start(client.config, { bufnr = bufnr })
      end
    end
  end, PAUSE * 2 ^ (#broken - 1))
end

return M
