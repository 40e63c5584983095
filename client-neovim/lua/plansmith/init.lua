--- What the plugin adds to the plain configuration in `lsp/plansmith.lua`.
---
--- It holds nothing that another editor's user would lack: what is found, offered and written is
--- settled by the server.
local M = {}

--- Set in `vim.g.plansmith`, which is read whenever one of them matters.
---@class plansmith.Options
---@field hold? integer Seconds without a key after which an edit is no longer held in Insert mode (default 30).
---@field preview? boolean Whether the growing plan is shown in a floating window (default false).
---@field restart? boolean Whether a server that breaks is started again (default true).
local DEFAULTS = { hold = 30, preview = false, restart = true }

--- An option as it stands now.
---@param name 'hold'|'preview'|'restart'
---@return any
function M.option(name)
  local options = vim.g.plansmith
  local value = type(options) == 'table' and options[name]
  if type(value) == type(DEFAULTS[name]) then
    return value
  end
  return DEFAULTS[name]
end

--- The plain configuration with what the plugin knows to do for the server.
---@param config vim.lsp.Config
---@return vim.lsp.Config
function M.extend(config)
  local workspace = config.capabilities.workspace
  -- Only with our handler: Nvim's own drops a stale edit, and says that it was applied.
  workspace.workspaceEdit = { documentChanges = true }
  config.capabilities.experimental = { plansmith = { partialPlan = true } }
  config.handlers['workspace/applyEdit'] = function(...)
    return require('plansmith.edits').on_apply_edit(...)
  end
  config.handlers['textDocument/publishDiagnostics'] = function(...)
    require('plansmith.unnamed').on_publish_diagnostics(...)
  end
  config.handlers['plansmith/partialPlan'] = function(...)
    require('plansmith.preview').on_partial_plan(...)
  end
  config.commands = require('plansmith.requests').commands()
  config.on_init = function(client)
    require('plansmith.server').on_init(client)
  end
  config.on_exit = function(...)
    require('plansmith.server').on_exit(...)
  end
  return config
end

--- Makes the commands of a buffer.
---@param bufnr integer
function M.on_attach(bufnr)
  require('plansmith.commands').create(bufnr)
end

--- Whether `vim.lsp.enable('plansmith')` was called; the first versions of 0.11 do not tell.
---@return boolean
function M.is_enabled()
  return vim.lsp.is_enabled == nil or vim.lsp.is_enabled('plansmith')
end

--- The client that serves a buffer.
---@param bufnr? integer
---@return vim.lsp.Client?
function M.client(bufnr)
  return vim.lsp.get_clients({ bufnr = bufnr or 0, name = 'plansmith' })[1]
end

--- What runs for a buffer, for 'statusline'; empty where nothing does.
---
--- ```lua
--- vim.o.statusline = "%f %m %= %{%v:lua.require'plansmith'.statusline()%}"
--- ```
---@param bufnr? integer
---@return string
function M.statusline(bufnr)
  return require('plansmith.runs').statusline(bufnr or 0)
end

--- Cancels what runs for a buffer.
---@param bufnr? integer
---@return integer count How many runs were asked to end.
function M.cancel(bufnr)
  return require('plansmith.runs').cancel(bufnr or 0)
end

--- Tells the user something.
---@param message string
---@param level? vim.log.levels
function M.say(message, level)
  vim.notify('Plansmith: ' .. message, level or vim.log.levels.INFO)
end

return M
