-- What rspamd runs first, and the one rule of ours.
local base = '/usr/share/rspamd/'
package.path = base .. 'lualib/?.lua;' .. base .. 'lualib/?/init.lua;' .. base .. 'rules/?.lua;' .. package.path
config = {}
rspamd_modules = {}
rspamd_config:register_symbol{
  name = 'FROM_NOT_LOGIN',
  type = 'prefilter',
  callback = function(task)
    local login = task:get_user()
    if not login then return end
    local headers, from = task:get_header_full('From') or {}, task:get_from('mime')
    if #headers ~= 1 or not from or #from ~= 1 or from[1].addr:lower() ~= login:lower() then
      task:set_pre_result('reject', 'From is not the login', 'border')
    end
  end
}
