-- A whole instance of Tarantool for Atrium, set by the environment:
--
--     ATRIUM_TARANTOOL_LISTEN     a path of a unix socket, or host:port
--     ATRIUM_TARANTOOL_PASSWORD   of the user "atrium"; without one, all who
--                                 reach the socket are let in
--     ATRIUM_TARANTOOL_DIR        where the data is; made before
--     ATRIUM_TARANTOOL_MEMORY     bytes for values (268435456)
--     ATRIUM_TARANTOOL_WAL        write (default), fsync or none
--
-- On Debian, copy it to /etc/tarantool/instances.enabled/atrium.lua (or write
-- your own), or run it: tarantool instance.lua. It reads atrium.lua from its
-- own folder, or from where the data files of Atrium are installed.

local function setting(name, preset)
	local value = os.getenv('ATRIUM_TARANTOOL_' .. name)

	return value ~= nil and value ~= '' and value or preset
end

local dir = setting('DIR', '/var/lib/tarantool/atrium')
local password = setting('PASSWORD')
local here = debug.getinfo(1, 'S').source:match('^@(.*)/[^/]*$') or '.'
local code = here .. '/atrium.lua'
if not require('fio').path.exists(code) then
	code = '/usr/share/atrium/tarantool/atrium.lua'
end
-- Read first: box.cfg{} changes the folder.
local atrium = dofile(code)

box.cfg {
	work_dir = dir,
	memtx_memory = tonumber(setting('MEMORY', '268435456')),
	wal_mode = setting('WAL', 'write'),
}
atrium.start {
	user = password and 'atrium' or 'guest',
	password = password,
}
-- Nobody comes in before the functions are there.
box.cfg { listen = setting('LISTEN', '127.0.0.1:3301') }
