--- The growing plan in a floating window, where `vim.g.plansmith.preview` is on.
local M = {}

local WIDTH, HEIGHT = 72, 14

local window, buffer ---@type integer?, integer?
local shown = {} ---@type table<string, true> The plans that grow, by their document and task.

local function close()
  if window and vim.api.nvim_win_is_valid(window) then
    vim.api.nvim_win_close(window, true)
  end
  window = nil
end

---@param title string
local function open(title)
  if not buffer or not vim.api.nvim_buf_is_valid(buffer) then
    buffer = vim.api.nvim_create_buf(false, true)
    vim.bo[buffer].syntax = 'markdown'
  end
  local config = {
    relative = 'editor',
    anchor = 'SE',
    row = vim.o.lines - vim.o.cmdheight - (vim.o.laststatus > 0 and 1 or 0),
    col = vim.o.columns,
    width = math.max(1, math.min(WIDTH, vim.o.columns - 4)),
    height = math.max(1, math.min(HEIGHT, vim.o.lines - 6)),
    title = (' %s '):format(title),
    border = 'rounded',
    style = 'minimal',
    focusable = false,
  }
  if window and vim.api.nvim_win_is_valid(window) then
    vim.api.nvim_win_set_config(window, config)
  else
    config.noautocmd = true
    window = vim.api.nvim_open_win(buffer, false, config)
    vim.wo[window].wrap = true
  end
end

--- The handler of `plansmith/partialPlan`: the whole text each time, the last one is `done`.
---@param params { uri: string, task: string, text: string, done: boolean }
function M.on_partial_plan(_, params)
  local key = params.uri .. '\n' .. params.task
  shown[key] = not params.done or nil
  if next(shown) == nil or not require('plansmith').option('preview') then
    close()
    return
  end
  if params.done then
    return -- Another one grows, and shows itself in a moment.
  end
  -- It can't be opened while the command-line window is; there is another one soon.
  if not pcall(open, params.task) then
    return
  end
  vim.api.nvim_buf_set_lines(buffer, 0, -1, true, vim.split(params.text, '\r?\n'))
  vim.api.nvim_win_set_cursor(window, { vim.api.nvim_buf_line_count(buffer), 0 })
end

--- Closes the window of plans that grow no more because their server is gone.
function M.forget()
  shown = {}
  close()
end

return M
