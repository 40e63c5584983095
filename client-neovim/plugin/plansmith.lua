if vim.g.loaded_plansmith or vim.fn.has('nvim-0.11') == 0 then
  return
end
vim.g.loaded_plansmith = true

local group = vim.api.nvim_create_augroup('plansmith', {})

-- Not in `on_attach` alone: who sets one of their own would lose the commands.
vim.api.nvim_create_autocmd('LspAttach', {
  group = group,
  desc = 'Make the commands of Plansmith',
  callback = function(event)
    local client = vim.lsp.get_client_by_id(event.data.client_id)
    if client and client.name == 'plansmith' then
      require('plansmith').on_attach(event.buf)
    end
  end,
})

vim.api.nvim_create_autocmd('LspProgress', {
  group = group,
  desc = 'Show what Plansmith does in the status line',
  callback = function(event)
    require('plansmith.runs').on_progress(event)
  end,
})

local mappings = {
  expand = { 'PlansmithExpand' },
  ['expand-all'] = { 'PlansmithExpandAll' },
  fill = { 'PlansmithFill' },
  cancel = { 'PlansmithCancel' },
  next = { 'PlansmithNext' },
  toggle = { 'PlansmithToggle' },
  ['move-up'] = { 'PlansmithMove', 'up' },
  ['move-down'] = { 'PlansmithMove', 'down' },
  graph = { 'PlansmithGraph' },
  request = { 'PlansmithRequest' },
}
for name, command in pairs(mappings) do
  vim.keymap.set('n', ('<Plug>(plansmith-%s)'):format(name), function()
    require('plansmith.commands').invoke(unpack(command))
  end, { desc = table.concat(command, ' ') })
end
