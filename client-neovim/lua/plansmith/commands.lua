--- The commands of a buffer. Each builds the argument of a command of the server, and no more.
local plansmith = require('plansmith')
local requests = require('plansmith.requests')

local M = {}

---@alias plansmith.Call vim.api.keyset.create_user_command.command_args

---@param bufnr integer
---@return vim.lsp.Client?
local function client_of(bufnr)
  local client = plansmith.client(bufnr)
  if not client then
    local words = 'the server does not run for this buffer; see :checkhealth plansmith'
    plansmith.say(words, vim.log.levels.WARN)
  end
  return client
end

--- The task that is meant: the one that is named, else the one of the line.
---@param call plansmith.Call
---@param bufnr integer
---@return table
local function task_argument(call, bufnr)
  local argument = { uri = vim.uri_from_bufnr(bufnr) }
  if vim.trim(call.args) ~= '' then
    argument.task = vim.trim(call.args)
  else
    argument.line = call.line2 - 1
  end
  return argument
end

--- The words that complete what stands at the end of a command line.
---@param line string The command line up to the cursor.
---@param words string[]
---@return string[]
local function completed(line, words)
  -- The whole argument, and not only its last word: names of tasks have blanks.
  local typed = vim.fn.matchstr(line, [[\v^.{-}Plansmith\a+!?\s+\zs.*]])
  local last = #typed - #(typed:match('%S*$') or '')
  local found = {}
  for _, word in ipairs(words) do
    if vim.startswith(word:lower(), typed:lower()) then
      table.insert(found, word:sub(last + 1))
    end
  end
  return found
end

--- Completes with the ids and names of tasks.
---@param choose fun(task: plansmith.Task): boolean
---@return fun(lead: string, line: string, position: integer): string[]
local function task_names(choose)
  return function(_, line, position)
    local bufnr = vim.api.nvim_get_current_buf()
    local client = plansmith.client(bufnr)
    local words = {}
    for _, task in ipairs(client and requests.tasks(client, bufnr) or {}) do
      if choose(task) then
        vim.list_extend(words, { task.id, task.name })
      end
    end
    words = vim.tbl_filter(function(word)
      return word ~= ''
    end, words)
    return completed(line:sub(1, position), words)
  end
end

--- The task that a line is in.
---@param tasks plansmith.Task[]
---@param line integer From 0.
---@return plansmith.Task?
local function task_at(tasks, line)
  local found
  for _, task in ipairs(tasks) do
    if task.line <= line then
      found = task
    end
  end
  return found
end

--- Completes with the sections that the task under the cursor lacks.
---@return string[]
local function section_keys(_, line, position)
  local bufnr = vim.api.nvim_get_current_buf()
  local client = plansmith.client(bufnr)
  local tasks = client and requests.tasks(client, bufnr) or {}
  local task = task_at(tasks, vim.api.nvim_win_get_cursor(0)[1] - 1)
  return completed(line:sub(1, position), task and task.missing or {})
end

---@param words string[]
local function one_of(words)
  return function(_, line, position)
    return completed(line:sub(1, position), words)
  end
end

--- Shows a text in a window of its own.
---@param name string
---@param filetype string
---@param text string
local function show(name, filetype, text)
  local uri = 'plansmith://' .. name
  local bufnr = vim.fn.bufadd(uri)
  vim.fn.bufload(bufnr)
  vim.bo[bufnr].buftype = 'nofile'
  vim.bo[bufnr].bufhidden = 'wipe'
  vim.bo[bufnr].swapfile = false
  vim.bo[bufnr].modifiable = true
  vim.api.nvim_buf_set_lines(bufnr, 0, -1, true, vim.split(vim.trim(text), '\r?\n'))
  vim.bo[bufnr].modifiable = false
  vim.bo[bufnr].filetype = filetype
  local window = vim.fn.bufwinid(bufnr)
  if window ~= -1 then
    vim.api.nvim_set_current_win(window)
  else
    vim.cmd.sbuffer(bufnr)
  end
end

--- Shows what a command of the server answers.
---@param client vim.lsp.Client
---@param command string
---@param argument table
---@param bufnr integer
---@param name string
---@param filetype string
local function show_answer(client, command, argument, bufnr, name, filetype)
  requests.send(client, command, argument, bufnr, function(err, answer)
    if err then
      plansmith.say(err.message, vim.log.levels.ERROR)
    else
      show(name, filetype, answer.text)
    end
  end)
end

---@param call plansmith.Call
---@param bufnr integer
local function expand(client, call, bufnr)
  local argument = task_argument(call, bufnr)
  argument.offline = call.bang or nil
  requests.run(client, 'plansmith.expandTask', argument, bufnr)
end

local function expand_all(client, _, bufnr)
  requests.run(client, 'plansmith.expandAll', { uri = vim.uri_from_bufnr(bufnr) }, bufnr)
end

---@param call plansmith.Call
---@param bufnr integer
local function fill(client, call, bufnr)
  local argument = { uri = vim.uri_from_bufnr(bufnr), line = call.line2 - 1 }
  local section = vim.trim(call.args)
  if section == '' then
    requests.run(client, 'plansmith.expandTask', argument, bufnr)
  else
    argument.section = section
    requests.run(client, 'plansmith.writeSection', argument, bufnr)
  end
end

---@param call plansmith.Call
---@param bufnr integer
local function cancel(_, call, bufnr)
  local runs = require('plansmith.runs')
  if runs.cancel(not call.bang and bufnr or nil) == 0 then
    plansmith.say('nothing is running')
  end
end

---@param call plansmith.Call
---@param bufnr integer
local function go_to_next(client, call, bufnr)
  local startable = vim.tbl_filter(function(task)
    return task.ready
  end, requests.tasks(client, bufnr))
  local name = vim.trim(call.args):lower()
  local line = vim.api.nvim_win_get_cursor(0)[1] - 1
  local chosen
  for _, task in ipairs(startable) do
    if name ~= '' and (task.id:lower() == name or task.name:lower() == name) then
      chosen = chosen or task
    elseif name == '' and task.line > line then
      chosen = chosen or task
    end
  end
  chosen = chosen or (name == '' and startable[1] or nil)
  if not chosen then
    local what = name == '' and 'no task can be started now'
      or ('“%s” is no task that can be started now'):format(vim.trim(call.args))
    plansmith.say(what, vim.log.levels.WARN)
    return
  end
  vim.cmd.normal({ "m'", bang = true })
  vim.api.nvim_win_set_cursor(0, { chosen.line + 1, 0 })
end

---@param call plansmith.Call
---@param bufnr integer
local function toggle(client, call, bufnr)
  local argument = { uri = vim.uri_from_bufnr(bufnr), line = call.line2 - 1 }
  requests.run(client, 'plansmith.toggleDone', argument, bufnr)
end

---@param call plansmith.Call
---@param bufnr integer
local function move(client, call, bufnr)
  local way = vim.trim(call.args)
  if way ~= 'up' and way ~= 'down' then
    plansmith.say('say `:PlansmithMove up` or `:PlansmithMove down`', vim.log.levels.WARN)
    return
  end
  local argument = { uri = vim.uri_from_bufnr(bufnr), line = call.line2 - 1 }
  local command = way == 'up' and 'plansmith.moveUp' or 'plansmith.moveDown'
  requests.run(client, command, argument, bufnr, function(answer)
    -- The cursor goes along with what was moved.
    if answer.line and vim.api.nvim_get_current_buf() == bufnr then
      vim.api.nvim_win_set_cursor(0, { answer.line + 1, 0 })
    end
  end)
end

local function graph(client, _, bufnr)
  local argument = { uri = vim.uri_from_bufnr(bufnr) }
  show_answer(client, 'plansmith.showGraph', argument, bufnr, 'graph', 'mermaid')
end

---@param call plansmith.Call
---@param bufnr integer
local function request(client, call, bufnr)
  local argument = task_argument(call, bufnr)
  show_answer(client, 'plansmith.showRequest', argument, bufnr, 'request', 'markdown')
end

---@param call plansmith.Call
local function trust(client, call)
  local word = vim.trim(call.args)
  if word ~= '' and word ~= 'on' and word ~= 'off' then
    plansmith.say('say `:PlansmithTrust on` or `:PlansmithTrust off`', vim.log.levels.WARN)
    return
  end
  require('plansmith.server').trust(client, word ~= 'off')
end

local any = task_names(function()
  return true
end)
local incomplete = task_names(function(task)
  return not task.complete
end)
local startable = task_names(function(task)
  return task.ready
end)

---@class plansmith.Command
---@field run fun(client: vim.lsp.Client, call: plansmith.Call, bufnr: integer)
---@field options vim.api.keyset.user_command

---@type table<string, plansmith.Command>
local COMMANDS = {
  PlansmithExpand = {
    run = expand,
    options = {
      desc = 'Expand a task; with ! the offline planner writes',
      nargs = '*',
      bang = true,
      range = true,
      complete = incomplete,
    },
  },
  PlansmithExpandAll = {
    run = expand_all,
    options = { desc = 'Expand every task without a complete plan', bar = true },
  },
  PlansmithFill = {
    run = fill,
    options = {
      desc = 'Write what the plan of the task lacks, or one section of it',
      nargs = '?',
      range = true,
      complete = section_keys,
    },
  },
  PlansmithCancel = {
    run = cancel,
    options = {
      desc = 'Cancel what runs for the buffer; with ! all that runs',
      bang = true,
      bar = true,
    },
  },
  PlansmithNext = {
    run = go_to_next,
    options = {
      desc = 'Go to the next task that can be started now',
      nargs = '*',
      complete = startable,
    },
  },
  PlansmithToggle = {
    run = toggle,
    options = {
      desc = 'Tick or untick the box of the line, or the whole step',
      range = true,
      bar = true,
    },
  },
  PlansmithMove = {
    run = move,
    options = {
      desc = 'Move the step or task of the line past its neighbour',
      nargs = 1,
      range = true,
      complete = one_of({ 'down', 'up' }),
    },
  },
  PlansmithGraph = {
    run = graph,
    options = { desc = 'Show who waits for whom, as Mermaid', bar = true },
  },
  PlansmithRequest = {
    run = request,
    options = {
      desc = 'Show what expanding the task would send, without sending it',
      nargs = '*',
      range = true,
      complete = any,
    },
  },
  PlansmithTrust = {
    run = trust,
    options = {
      desc = 'Trust the project until Nvim ends, or no more',
      nargs = '?',
      complete = one_of({ 'off', 'on' }),
    },
  },
}

--- Makes the commands of a buffer.
---@param bufnr integer
function M.create(bufnr)
  for name, command in pairs(COMMANDS) do
    vim.api.nvim_buf_create_user_command(bufnr, name, function(call)
      local client = client_of(bufnr)
      if client then
        command.run(client, call, bufnr)
      end
    end, command.options)
  end
end

--- Runs a command by its name, for a mapping; says so where the buffer has none.
---@param name string
---@param ... string Its arguments.
function M.invoke(name, ...)
  if vim.api.nvim_buf_get_commands(0, {})[name] then
    vim.cmd[name]({ args = { ... } })
  else
    plansmith.say('this buffer has no Plansmith', vim.log.levels.WARN)
  end
end

return M
