-- The key-value spaces of Atrium in Tarantool: what is stored, and the only
-- functions that Atrium calls. Needs Tarantool 2.6 or later, memtx.
--
-- To load it, in the file that starts the instance, after box.cfg{}:
--
--     dofile('/usr/share/atrium/tarantool/atrium.lua').start {
--         user = 'atrium', password = '...',
--     }
--
-- (instance.lua beside this file is a whole such file.) start() makes or
-- updates the spaces and the user, and may run at each start; on a read-only
-- replica it only defines the functions. The user may call these functions
-- and has no right to anything else. user = 'guest' needs no password and lets
-- everybody in who reaches the socket: for a unix socket in a folder that only
-- Atrium's user may enter, as KV_URL names no user there.
--
-- What is kept survives a crash of Tarantool with wal_mode = 'write' and one
-- of the machine with 'fsync'; with 'none', nothing survives. A value is seen
-- by others from the moment that its write is sent to the disk.
--
-- Each function runs without a yield up to its commit, so each is atomic.
-- Texts are compared by their bytes (no collation). Moments are microseconds
-- since 1970 and come from Atrium; these and versions are 64-bit integers,
-- which Lua holds exactly, as cdata when they are large.

local VERSION = 1

-- What atrium_values has: {space, key, text, version, updated, expires}.
-- expires 0: never.
local KEY, TEXT, STAMP, UPDATED, EXPIRES = 2, 3, 4, 5, 6
-- What atrium_spaces has: {space, keys, bytes, next, gone}. All that is stored
-- is counted, what has expired too. Nothing expires before next; 0: nothing
-- does. gone: the greatest version of what was removed.
local KEYS, BYTES, NEXT, GONE = 2, 3, 4, 5

-- As enum kv_result and enum kv_mode of kv/store.h.
local DONE, EXISTS, CHANGED, FULL = 0, 1, 2, 3
local INSERT, STRICT_INSERT = 0, 2

-- What is removed in one transaction.
local BATCH = 1000

local atrium = {}

-- Each may run again after a crash in the middle of it.
local steps = {
	function()
		local values = box.schema.space.create('atrium_values', {
			if_not_exists = true,
			format = {
				{ 'space', 'string' }, { 'key', 'string' },
				{ 'text', 'string' }, { 'version', 'unsigned' },
				{ 'updated', 'unsigned' },
				{ 'expires', 'unsigned' },
			},
		})
		values:create_index('key', {
			if_not_exists = true,
			parts = { { 1, 'string' }, { 2, 'string' } },
		})
		values:create_index('expires', {
			if_not_exists = true, unique = false,
			parts = { { 1, 'string' }, { 6, 'unsigned' } },
		})
		local spaces = box.schema.space.create('atrium_spaces', {
			if_not_exists = true,
			format = {
				{ 'space', 'string' }, { 'keys', 'unsigned' },
				{ 'bytes', 'unsigned' }, { 'next', 'unsigned' },
				{ 'gone', 'unsigned' },
			},
		})
		spaces:create_index('space', {
			if_not_exists = true, parts = { { 1, 'string' } },
		})
		spaces:create_index('next', {
			if_not_exists = true, unique = false,
			parts = { { 4, 'unsigned' } },
		})
		local once = box.schema.space.create('atrium_once', {
			if_not_exists = true,
			format = {
				{ 'space', 'string' }, { 'name', 'string' },
				{ 'ends', 'unsigned' },
				{ 'version', 'unsigned' }, { 'done', 'string' },
			},
		})
		once:create_index('name', {
			if_not_exists = true,
			parts = { { 1, 'string' }, { 2, 'string' } },
		})
		once:create_index('ends', {
			if_not_exists = true, unique = false,
			parts = { { 3, 'unsigned' } },
		})
	end,
}

-- All that f does, or nothing of it.
local function atomic(f, ...)
	box.begin()
	local ok, a, b, c = pcall(f, ...)
	if not ok then
		box.rollback()
		error(a, 0)
	end
	box.commit()
	return a, b, c
end

local function is_over(expires, now)
	return expires ~= 0 and expires <= now
end

local function later(a, b)
	return a < b and b or a
end

-- The earlier of two moments, of which 0 is none.
local function sooner(a, b)
	if a == 0 or b == 0 then
		return a == 0 and b or a
	end
	return a < b and a or b
end

local function size(value)
	return #value[KEY] + #value[TEXT]
end

local function tally(space)
	local t = box.space.atrium_spaces:get { space }
	if t == nil then
		return { space = space, keys = 0, bytes = 0, next = 0, gone = 0 }
	end
	return {
		space = space, keys = t[KEYS], bytes = t[BYTES],
		next = t[NEXT], gone = t[GONE]
	}
end

-- A space without keys is forgotten as soon as `gone` is in the past: until
-- then new versions depend on it.
local function save(sum, now)
	if sum.keys == 0 and sum.gone < now then
		box.space.atrium_spaces:delete { sum.space }
		return
	end
	if sum.keys == 0 then
		sum.next = sum.gone + 1
	end
	box.space.atrium_spaces:replace {
		sum.space, sum.keys, sum.bytes, sum.next, sum.gone
	}
end

-- Removes these.
local function remove_all(sum, found)
	for _, t in ipairs(found) do
		box.space.atrium_values:delete { sum.space, t[KEY] }
		sum.keys = sum.keys - 1
		sum.bytes = sum.bytes - size(t)
		sum.gone = later(sum.gone, t[STAMP])
	end
end

-- The first that expire.
local function expiring(space, limit)
	local found = box.space.atrium_values.index.expires:select(
		{ space, 0 }, { iterator = 'GT', limit = limit })

	while #found > 0 and found[#found][1] ~= space do
		found[#found] = nil
	end
	return found
end

-- Removes what has expired in a space, at most `limit`; how many it was.
local function sweep_some(space, now, limit)
	local found = expiring(space, limit)

	while #found > 0 and not is_over(found[#found][EXPIRES], now) do
		found[#found] = nil
	end
	local sum = tally(space)
	remove_all(sum, found)
	local first = expiring(space, 1)[1]
	sum.next = first and first[EXPIRES] or 0
	save(sum, now)
	return #found
end

-- Removes all that has expired in a space, some at a time. Afterwards there is
-- no yield, so what follows sees none of it, unless the instance is read-only.
local function sweep(space, now)
	while true do
		if not is_over(tally(space).next, now) or box.info.ro then
			return
		end
		atomic(sweep_some, space, now, BATCH)
	end
end

local function live(space, key, now)
	local t = box.space.atrium_values:get { space, key }

	if t == nil or is_over(t[EXPIRES], now) then
		return nil, t
	end
	return t, t
end

-- f(...) once: that it is DONE, and how, is kept under a name, if there is one,
-- and is what comes out when the name comes again before that ends.
local function once(f, space, name, ends, now, ...)
	if name == '' then
		return f(space, now, ...)
	end
	local known = box.space.atrium_once:get { space, name }
	if known ~= nil and not is_over(known[3], now) then
		-- Written again so that the commit waits for the first one's:
		-- that may not be on the disk yet.
		box.space.atrium_once:replace(known)
		return DONE, known[4], known[5]
	end
	local result, version, done = f(space, now, ...)
	if result == DONE then
		box.space.atrium_once:replace {
			space, name, ends, version, done
		}
	end
	return result, version, done
end

-- f(...), of which nothing stays unless its result is DONE.
local function whole(f, ...)
	local before = box.savepoint()
	local result, version, done = f(...)

	if result ~= DONE then
		box.rollback_to_savepoint(before)
	end
	return result, version, done
end

-- One value into its place; returns its version.
local function store(sum, now, key, text, expires, old)
	local version

	if old ~= nil then
		version = later(old[STAMP] + 1, now)
		sum.keys = sum.keys - 1
		sum.bytes = sum.bytes - size(old)
	else
		version = later(sum.gone + 1, now)
	end
	box.space.atrium_values:replace {
		sum.space, key, text, version, now, expires
	}
	sum.keys = sum.keys + 1
	sum.bytes = sum.bytes + #key + #text
	sum.next = sooner(sum.next, expires)
	return version
end

-- A quota that was made smaller forbids to grow, not to shrink.
local function fits(sum, before, max_keys, max_bytes)
	return (sum.keys <= max_keys or sum.keys <= before.keys) and
		(sum.bytes <= max_bytes or sum.bytes <= before.bytes)
end

local function write_all(space, now, mode, expires, max_keys, max_bytes, keys,
    texts)
	local before, sum = tally(space), tally(space)
	local none = ('0'):rep(#keys)
	local version, done = 0, {}

	for i, key in ipairs(keys) do
		local there, old = live(space, key, now)

		if there ~= nil and mode == STRICT_INSERT then
			return EXISTS, 0, none
		end
		done[i] = (there ~= nil and mode == INSERT) and '0' or '1'
		if done[i] == '1' then
			version = later(version, store(sum, now, key, texts[i],
				expires, old))
		end
	end
	if not fits(sum, before, max_keys, max_bytes) then
		return FULL, 0, none
	end
	save(sum, now)
	return DONE, version, table.concat(done)
end

local function delete_all(space, now, keys)
	local found, done = {}, {}
	local sum = tally(space)

	for i, key in ipairs(keys) do
		local there = live(space, key, now)

		done[i] = there ~= nil and '1' or '0'
		found[#found + 1] = there
	end
	remove_all(sum, found)
	save(sum, now)
	return DONE, 0, table.concat(done)
end

-- Whether a value is what the caller takes it for. want: 'any', 'absent' or
-- 'is', which is of that version.
local function mismatch(there, want, version)
	if want == 'absent' then
		return there ~= nil and EXISTS or nil
	elseif want == 'is' then
		if there == nil or there[STAMP] ~= version then
			return CHANGED
		end
	end
	return nil
end

local function put_one(space, now, want, version, max_keys, max_bytes, key,
    text)
	local there, old = live(space, key, now)
	local wrong = mismatch(there, want, version)

	if wrong ~= nil then
		return wrong, 0, '0'
	end
	local before, sum = tally(space), tally(space)
	local new = store(sum, now, key, text, 0, old)
	if not fits(sum, before, max_keys, max_bytes) then
		return FULL, 0, '0'
	end
	save(sum, now)
	return DONE, new, there == nil and '1' or '0'
end

local function remove_one(space, now, want, version, key)
	local there = live(space, key, now)

	if mismatch(there, want, version) ~= nil then
		return CHANGED, 0, '0'
	end
	if there == nil then
		return DONE, 0, '0'
	end
	local sum = tally(space)
	remove_all(sum, { there })
	save(sum, now)
	return DONE, 0, '1'
end

-- A change of a space: result, version, and '1' for each key that it did.
local function change(f, space, name, ends, now, ...)
	sweep(space, now)
	return atomic(once, function(...)
		return whole(f, ...)
	end, space, name, ends, now, ...)
end

function atrium.write(space, name, ends, now, ...)
	return change(write_all, space, name, ends, now, ...)
end

function atrium.delete(space, name, ends, now, ...)
	return change(delete_all, space, name, ends, now, ...)
end

function atrium.put(space, name, ends, now, ...)
	return change(put_one, space, name, ends, now, ...)
end

function atrium.remove(space, name, ends, now, ...)
	return change(remove_one, space, name, ends, now, ...)
end

-- A tuple, or as lists have it without its text.
local function row(t, texts)
	return texts and t or {
		t[KEY], #t[TEXT], t[STAMP], t[UPDATED], t[EXPIRES]
	}
end

-- A row of each key, or nil.
function atrium.read(space, now, keys, texts)
	local found = {}

	for i, key in ipairs(keys) do
		local t = live(space, key, now)

		found[i] = t ~= nil and row(t, texts) or box.NULL
	end
	return found
end

-- Tuples, or {key, size, version, updated, expires} without their texts.
function atrium.list(space, now, prefix, from, after, limit, texts)
	local how = after and 'GT' or 'GE'
	local found = {}

	sweep(space, now)
	for _, t in box.space.atrium_values:pairs({ space, from },
	    { iterator = how }) do
		local key = t[KEY]

		if #found >= limit or t[1] ~= space or
		    key:sub(1, #prefix) ~= prefix then
			break
		end
		if not is_over(t[EXPIRES], now) then
			found[#found + 1] = row(t, texts)
		end
	end
	return found
end

function atrium.usage(space, now)
	sweep(space, now)
	local sum = tally(space)
	if not is_over(sum.next, now) then
		return sum.keys, sum.bytes
	end
	for _, t in box.space.atrium_values.index.expires:pairs({ space, 0 },
	    { iterator = 'GT' }) do
		if t[1] ~= space or not is_over(t[EXPIRES], now) then
			break
		end
		sum.keys = sum.keys - 1
		sum.bytes = sum.bytes - size(t)
	end
	return sum.keys, sum.bytes
end

local function purge_some(now, limit)
	local by_next = box.space.atrium_spaces.index.next
	local by_ends = box.space.atrium_once.index.ends
	local left = limit

	while left > 0 do
		local t = by_next:select({ 0 }, { iterator = 'GT', limit = 1 })[1]

		if t == nil or not is_over(t[NEXT], now) then
			break
		end
		-- One at least, or spaces without what they announce go on
		-- for ever.
		left = left - math.max(1, sweep_some(t[1], now, left))
	end
	for _, t in ipairs(by_ends:select({ now },
	    { iterator = 'LE', limit = math.max(left, 0) })) do
		box.space.atrium_once:delete { t[1], t[2] }
		left = left - 1
	end
	return left <= 0
end

-- Whether to come again.
function atrium.purge(now, limit)
	return atomic(purge_some, now, limit)
end

local function drop_some(space, limit)
	local found = box.space.atrium_values:select({ space },
		{ limit = limit })
	local sum = tally(space)

	remove_all(sum, found)
	if sum.keys > 0 then
		save(sum, 0)
		return true
	end
	box.space.atrium_spaces:delete { space }
	return false
end

-- Whether to come again.
function atrium.drop(space, limit)
	return atomic(drop_some, space, limit)
end

local function holds_something(space, next, now)
	local by_expires = box.space.atrium_values.index.expires

	if not is_over(next, now) then
		return true
	end
	if #by_expires:select({ space, 0 }, { limit = 1 }) > 0 then
		return true
	end
	local t = by_expires:select({ space, now },
		{ iterator = 'GT', limit = 1 })[1]
	return t ~= nil and t[1] == space
end

function atrium.spaces(after, now, limit)
	local found = {}

	for _, t in box.space.atrium_spaces:pairs({ after },
	    { iterator = 'GT' }) do
		if #found >= limit then
			break
		end
		if t[KEYS] > 0 and holds_something(t[1], t[NEXT], now) then
			found[#found + 1] = t[1]
		end
	end
	return found
end

function atrium.hello()
	return VERSION, box.cfg.wal_mode, box.info.ro
end

local function update()
	local meta = box.schema.space.create('atrium_meta', {
		if_not_exists = true,
		format = { { 'name', 'string' }, { 'value', 'unsigned' } },
	})
	meta:create_index('name', {
		if_not_exists = true, parts = { { 1, 'string' } },
	})
	local at = meta:get { 'schema' }
	at = at and at[2] or 0
	if at > #steps then
		error('atrium: what is stored here is of a later version of ' ..
			'atrium.lua')
	end
	for i = at + 1, #steps do
		steps[i]()
		meta:replace { 'schema', i }
	end
end

local function set_user(user, password)
	if user == 'guest' then
		return
	end
	if type(password) ~= 'string' or password == '' then
		error('atrium: the user ' .. user .. ' needs a password')
	end
	box.schema.user.create(user, { if_not_exists = true })
	local row = box.space._user.index.name:get { user }
	if row[5]['chap-sha1'] ~= box.schema.user.password(password) then
		box.schema.user.passwd(user, password)
	end
end

local function is_function(name)
	return type(atrium[name]) == 'function' and name ~= 'start'
end

-- setuid: they run with the rights of who loads this.
local function grant(user)
	for name in pairs(atrium) do
		if is_function(name) then
			local full = 'atrium.' .. name

			box.schema.func.create(full,
				{ if_not_exists = true, setuid = true })
			box.schema.user.grant(user, 'execute', 'function', full,
				{ if_not_exists = true })
			if user ~= 'guest' then
				box.schema.user.revoke('guest', 'execute',
					'function', full, { if_exists = true })
			end
		end
	end
end

function atrium.start(options)
	local user = options and options.user or 'atrium'

	if type(box.cfg) == 'function' then
		error('atrium: call box.cfg{} before')
	end
	rawset(_G, 'atrium', atrium)
	if box.info.ro then
		return
	end
	update()
	set_user(user, options and options.password)
	grant(user)
end

return atrium
