--- `:checkhealth plansmith`: what the server needs, and what it says of itself.
local health = vim.health

local M = {}

--- The command that prints the server's version.
---@param cmd string[]
---@return string[]
local function version_command(cmd)
  local words = vim.list_slice(cmd)
  for index, word in ipairs(words) do
    if word == 'server' then
      words = vim.list_slice(words, 1, index - 1)
      break
    end
  end
  return vim.list_extend(words, { '--version' })
end

---@return boolean
local function check_server()
  health.start('plansmith: the server')
  local config = vim.lsp.config.plansmith
  if not config then
    health.error('no configuration is called plansmith', "put the plugin on 'runtimepath'")
    return false
  end
  if type(config.cmd) ~= 'table' then
    health.ok('the server is started by a function of yours')
    return true
  end
  local program = config.cmd[1]
  if vim.fn.executable(program) == 0 then
    health.error(('`%s` is not there, or is no program'):format(program), {
      'install it: `pip install plansmith`',
      "or say where it is: `vim.lsp.config('plansmith', { cmd = { '/path/to/plansmith', 'server' } })`",
    })
    return false
  end
  health.ok(('found: `%s`'):format(vim.fn.exepath(program)))
  local words = version_command(config.cmd)
  local ok, result = pcall(function()
    return vim.system(words, { text = true, timeout = 20000 }):wait()
  end)
  if not ok or result.code ~= 0 then
    local problem = ok and vim.trim(result.stderr or '') or tostring(result)
    health.error(('`%s` does not run: %s'):format(table.concat(words, ' '), problem), {
      'run it in a shell to see why',
    })
    return false
  end
  health.ok(('version: %s'):format(vim.trim(result.stdout)))
  return true
end

---@param client vim.lsp.Client
local function check_client(client)
  local bufnr = next(client.attached_buffers)
  health.start(('plansmith: the server for %s'):format(client.root_dir or 'single files'))
  local commands = client.server_capabilities.executeCommandProvider.commands
  if not vim.list_contains(commands, 'plansmith.showSetup') then
    health.warn('it is older than this plugin', 'update it: `pip install --upgrade plansmith`')
    return
  end
  local params = {
    command = 'plansmith.showSetup',
    arguments = { bufnr and { uri = vim.uri_from_bufnr(bufnr) } or vim.empty_dict() },
  }
  local answer = client:request_sync('workspace/executeCommand', params, 5000, bufnr)
  local setup = answer and answer.result
  if not setup then
    health.error(
      'it does not answer',
      'start it again: `:lua vim.lsp.stop_client(vim.lsp.get_clients())`, `:edit`'
    )
    return
  end
  health.ok(('it runs: version %s, %s'):format(setup.version, setup.python))
  health.info(('workspace: %s'):format(setup.root or 'none; the file is looked at alone'))
  health.info(('configuration: %s'):format(setup.configuration or 'none; all is as by default'))
  if setup.trusted then
    health.ok('the project is trusted')
  else
    health.info(
      'the project is not trusted: only the document itself is sent to a model (`:PlansmithTrust`)'
    )
  end
  health.info(('your settings: %s'):format(setup.settings or 'no folder for them is known'))
  if setup.provider == 'offline' then
    health.ok('provider: the offline planner writes, no key is needed')
  else
    health.ok(('provider: %s, model %s'):format(setup.provider, setup.model))
    if setup.key then
      health.ok(('key: %s, for %s'):format(setup.key, setup.address))
    end
  end
  for _, problem in ipairs(setup.problems) do
    health.warn(problem)
  end
end

function M.check()
  health.start('plansmith: Nvim')
  if vim.fn.has('nvim-0.11') == 0 then
    health.error('Nvim 0.11 or newer is needed')
    return
  end
  health.ok(('Nvim %s'):format(tostring(vim.version())))
  if require('plansmith').is_enabled() then
    health.ok('enabled')
  else
    health.warn('not enabled', "put `vim.lsp.enable('plansmith')` into your init.lua")
  end
  if not check_server() then
    return
  end
  local clients = vim.lsp.get_clients({ name = 'plansmith' })
  if #clients == 0 then
    health.start('plansmith: what it says of itself')
    health.warn('no server runs', 'open a Markdown file, then check again')
  end
  for _, client in ipairs(clients) do
    check_client(client)
  end
end

return M
