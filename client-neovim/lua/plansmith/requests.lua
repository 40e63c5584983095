--- Commands of the server: sent with a progress of their own, and what they answer is told.
local M = {}

--- How an answer is told; what the text itself shows is told in the status line only.
---@type table<string, vim.log.levels>
local LEVELS = {
  applied = vim.log.levels.INFO,
  started = vim.log.levels.INFO,
  cancelled = vim.log.levels.INFO,
  ['nothing-missing'] = vim.log.levels.INFO,
  conflict = vim.log.levels.WARN,
  failed = vim.log.levels.ERROR,
}

---@class plansmith.Answer
---@field status string
---@field message string

---@param err? lsp.ResponseError
---@param answer? plansmith.Answer
local function tell(err, answer)
  local say = require('plansmith').say
  if err then
    say(err.message, vim.log.levels.ERROR)
  elseif type(answer) == 'table' and answer.message and answer.message ~= '' then
    say(answer.message, LEVELS[answer.status])
  end
end

--- Sends a command with a progress of its own.
---@param client vim.lsp.Client
---@param name string The server's command.
---@param argument table Its one argument.
---@param bufnr integer
---@param done fun(err?: lsp.ResponseError, answer?: any)
function M.send(client, name, argument, bufnr, done)
  local params = {
    command = name,
    arguments = { argument },
    workDoneToken = require('plansmith.runs').new_token(bufnr),
  }
  client:request('workspace/executeCommand', params, done, bufnr)
end

--- Sends a command that changes a buffer, and tells how it ended.
---@param client vim.lsp.Client
---@param name string
---@param argument table
---@param bufnr integer
---@param after? fun(answer: table) Called with an answer once it is told.
function M.run(client, name, argument, bufnr, after)
  M.send(client, name, argument, bufnr, function(err, answer, ...)
    tell(err, answer, ...)
    if after and answer then
      after(answer)
    end
  end)
end

--- The commands of lenses and code actions; as they are, Nvim would not tell what they answer.
---@return table<string, fun(command: lsp.Command, context: table)>
function M.commands()
  local names = {
    'expandTask',
    'expandAll',
    'writeSection',
    'regenerateSection',
    'insertKept',
    'continueKept',
    'dismissKept',
    'toggleDone',
  }
  local commands = {}
  for _, name in ipairs(names) do
    commands['plansmith.' .. name] = function(command, context)
      local client = vim.lsp.get_client_by_id(context.client_id)
      if not client then
        return
      end
      local argument, bufnr = (command.arguments or {})[1] or {}, context.bufnr
      M.send(client, command.command, argument, bufnr, function(...)
        tell(...)
        -- Nvim 0.11 hides a lens when it is run, and waits for another event to show it again.
        if not vim.lsp.codelens.enable and vim.api.nvim_buf_is_loaded(bufnr) then
          vim.lsp.codelens.refresh({ bufnr = bufnr })
        end
      end)
    end
  end
  return commands
end

--- A task as the server lists it.
---@class plansmith.Task
---@field line integer From 0.
---@field id string
---@field name string
---@field plan boolean
---@field complete boolean
---@field done boolean
---@field ready boolean Whether it can be started now.
---@field missing? string[] The keys of the sections that it lacks.

--- The tasks of a buffer, in the order of the text; waits for them.
---@param client vim.lsp.Client
---@param bufnr integer
---@return plansmith.Task[]
function M.tasks(client, bufnr)
  local params = { uri = vim.uri_from_bufnr(bufnr) }
  local answer = client:request_sync('plansmith/tasks', params, 2000, bufnr)
  return answer and answer.result and answer.result.tasks or {}
end

return M
