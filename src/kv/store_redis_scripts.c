/* What runs inside Redis, in Lua, each script atomic: the keys it touches and
 * how they look are in store_redis_part.h. Numbers are doubles there, exact
 * up to 2^53: as microseconds that is the year 2255. */
#include "kv/store_redis_part.h"

/*
 * The first write of each script is one that Redis refuses when it is out of
 * memory (HSET), or one that frees some (HDEL): so it is all or nothing.
 */
static const char opening[] =
    "local call = redis.call\n"
    "local H, K, E, S, D = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]\n"
    "local id, now = ARGV[1], tonumber(ARGV[2])\n"
    "local function text(n) return string.format('%.0f', n) end\n"
    "-- version, expires, size\n"
    "local function parse(meta)\n"
    "  local v, e, s = string.match(meta, '^(%d+) %d+ (%d+) (%d+)$')\n"
    "  return tonumber(v), tonumber(e), tonumber(s)\n"
    "end\n"
    "local function alive(expires)\n"
    "  return expires == 0 or expires > now\n"
    "end\n"
    "-- The counters, then what is of each key, or false.\n"
    "local function state(keys)\n"
    "  local fields = {'#keys', '#bytes', '#gone'}\n"
    "  for i, key in ipairs(keys) do fields[i + 3] = 'm' .. key end\n"
    "  local got = call('HMGET', H, unpack(fields))\n"
    "  for i = 1, 3 do got[i] = tonumber(got[i] or 0) end\n"
    "  return got\n"
    "end\n";

static const char removing[] =
    "local function expiries_changed()\n"
    "  local first = call('ZRANGE', E, 0, 0, 'WITHSCORES')\n"
    "  if first[2] then call('ZADD', D, first[2], id)\n"
    "  else call('ZREM', D, id) end\n"
    "end\n"
    "-- Keys, with what state() says of them.\n"
    "local function remove(keys, was)\n"
    "  local count, bytes, gone = was[1], was[2], was[3]\n"
    "  local fields = {}\n"
    "  for i, key in ipairs(keys) do\n"
    "    if was[i + 3] then\n"
    "      local version, _, size = parse(was[i + 3])\n"
    "      count, bytes = count - 1, bytes - size - #key\n"
    "      gone = math.max(gone, version)\n"
    "      fields[#fields + 1] = 'm' .. key\n"
    "      fields[#fields + 1] = 't' .. key\n"
    "    end\n"
    "  end\n"
    "  if #fields > 0 then\n"
    "    call('HDEL', H, unpack(fields))\n"
    "    call('HSET', H, '#keys', text(count), '#bytes', text(bytes),\n"
    "      '#gone', text(gone))\n"
    "    if count == 0 then call('ZREM', S, id) end\n"
    "  end\n"
    "  call('ZREM', K, unpack(keys))\n"
    "  if call('ZREM', E, unpack(keys)) > 0 then expiries_changed() end\n"
    "end\n"
    "-- Removes what has expired, at most `limit`; how many.\n"
    "local function purge(limit)\n"
    "  local keys = call('ZRANGEBYSCORE', E, '-inf', ARGV[2],\n"
    "    'LIMIT', 0, limit)\n"
    "  if #keys > 0 then remove(keys, state(keys)) end\n"
    "  return #keys\n"
    "end\n";

/* KEYS[6], if any: of `once`, ARGV[3]: for how long. Replies: "result version
 * flags"; only one whose result is KV_DONE is kept. */
static const char remembering[] =
    "local once = KEYS[6]\n"
    "if once then\n"
    "  local was = call('GET', once)\n"
    "  if was then return was end\n"
    "end\n"
    "local function finish(reply)\n"
    "  if once then call('SET', once, reply, 'EX', ARGV[3]) end\n"
    "  return reply\n"
    "end\n";

/*
 * ARGV: mode, expires, max_keys, max_bytes, wanted version, key, text, ...,
 * from the fourth.
 * "again": expired ones made way, and the quota may be met after all.
 */
static const char decide_write[] =
    "local mode, expires, want = ARGV[4], ARGV[5], ARGV[8]\n"
    "local keys = {}\n"
    "for i = 9, #ARGV, 2 do keys[#keys + 1] = ARGV[i] end\n"
    "local was = state(keys)\n"
    "local count, bytes, versions = was[1], was[2], {}\n"
    "local writes, flags, timed = {}, {}, {}\n"
    "local nothing = ' 0 ' .. string.rep('0', #keys)\n"
    "for i, key in ipairs(keys) do\n"
    "  local meta, value = was[i + 3], ARGV[8 + 2 * i]\n"
    "  local version, ends, size, there = was[3], 0, 0, false\n"
    "  if meta then\n"
    "    version, ends, size = parse(meta)\n"
    "    there = alive(ends)\n"
    "  end\n"
    "  if there and (mode == 'strict' or want == '0') then\n"
    "    return '1' .. nothing\n"
    "  end\n"
    "  if want ~= '-1' and want ~= '0'\n"
    "    and not (there and text(version) == want) then\n"
    "    return '2' .. nothing\n"
    "  end\n"
    "  if not there or mode ~= 'insert' then\n"
    "    versions[i] = text(math.max(now, version + 1))\n"
    "    bytes = bytes + #value - size\n"
    "    if not meta then count, bytes = count + 1, bytes + #key end\n"
    "    if ends ~= 0 then timed[#timed + 1] = key end\n"
    "    writes[#writes + 1] = i\n"
    "  end\n"
    "  flags[i] = (not there or mode == 'upsert') and '1' or '0'\n"
    "end\n"
    "if #writes == 0 then return finish('0' .. nothing) end\n"
    "local many = count > tonumber(ARGV[6])\n"
    "local much = bytes > tonumber(ARGV[7])\n"
    "if (many or much) and purge(1000) > 0 then return 'again' end\n"
    "if many and count > was[1] or much and bytes > was[2] then\n"
    "  return '3' .. nothing\n"
    "end\n";

static const char apply_write[] =
    "local fields = {'#keys', text(count), '#bytes', text(bytes)}\n"
    "local rest = ' ' .. ARGV[2] .. ' ' .. expires .. ' '\n"
    "local names, ends = {}, {}\n"
    "for _, i in ipairs(writes) do\n"
    "  local key, value, f, n = keys[i], ARGV[8 + 2 * i], #fields, #names\n"
    "  fields[f + 1], fields[f + 2] = 'm' .. key, versions[i] .. rest .. "
    "#value\n"
    "  fields[f + 3], fields[f + 4] = 't' .. key, value\n"
    "  names[n + 1], names[n + 2] = '0', key\n"
    "  ends[n + 1], ends[n + 2] = expires, key\n"
    "end\n"
    "call('HSET', H, unpack(fields))\n"
    "if count > was[1] then call('ZADD', K, unpack(names)) end\n"
    "if was[1] == 0 then call('ZADD', S, '0', id) end\n"
    "if expires ~= '0' then call('ZADD', E, unpack(ends))\n"
    "elseif #timed > 0 then call('ZREM', E, unpack(timed)) end\n"
    "if expires ~= '0' or #timed > 0 then expiries_changed() end\n"
    "return finish('0 ' .. versions[writes[1]] .. ' ' .. "
    "table.concat(flags))\n";

/* ARGV: wanted version, key, ..., from the fourth. */
static const char erase_keys[] =
    "local want, keys = ARGV[4], {}\n"
    "for i = 5, #ARGV do keys[i - 4] = ARGV[i] end\n"
    "local was, flags = state(keys), {}\n"
    "for i, key in ipairs(keys) do\n"
    "  local version, ends, there = 0, 0, false\n"
    "  if was[i + 3] then\n"
    "    version, ends = parse(was[i + 3])\n"
    "    there = alive(ends)\n"
    "  end\n"
    "  if not there then version = 0 end\n"
    "  if want ~= '-1' and text(version) ~= want then\n"
    "    return '2 0 ' .. string.rep('0', #keys)\n"
    "  end\n"
    "  flags[i] = there and '1' or '0'\n"
    "end\n"
    "remove(keys, was)\n"
    "return finish('0 0 ' .. table.concat(flags))\n";

/*
 * ARGV: first, last (as ZRANGEBYLEX takes them), limit, '1': with the texts.
 * Replies: where to go on, or '', then key, meta and perhaps text of each.
 */
static const char list[] =
    "local first, left, texts = ARGV[3], tonumber(ARGV[5]), ARGV[6] == '1'\n"
    "local out, looked, ask = {''}, 0, math.min(left, 1000)\n"
    "repeat\n"
    "  local keys = call('ZRANGEBYLEX', K, first, ARGV[4], 'LIMIT', 0, ask)\n"
    "  if #keys == 0 then return out end\n"
    "  local was, at, fields = state(keys), {}, {}\n"
    "  for i, key in ipairs(keys) do\n"
    "    local _, ends = nil, -1\n"
    "    if was[i + 3] then _, ends = parse(was[i + 3]) end\n"
    "    if left > 0 and alive(ends) then\n"
    "      at[#at + 1] = i\n"
    "      fields[#fields + 1] = 't' .. key\n"
    "      left = left - 1\n"
    "    end\n"
    "  end\n"
    "  local values = texts and #at > 0 and call('HMGET', H, unpack(fields))\n"
    "  for n, i in ipairs(at) do\n"
    "    out[#out + 1] = keys[i]\n"
    "    out[#out + 1] = was[i + 3]\n"
    "    if texts then out[#out + 1] = values[n] end\n"
    "  end\n"
    "  if left == 0 or #keys < ask then return out end\n"
    "  first, looked, ask = '(' .. keys[#keys], looked + #keys, 1000\n"
    "until looked >= 5000\n"
    "out[1] = first\n"
    "return out\n";

/* Replies: keys, bytes; or nothing: there is more to remove first. */
static const char usage[] = "if purge(1000) == 1000 then return {} end\n"
			    "local was = state({})\n"
			    "return {text(was[1]), text(was[2])}\n";

/* ARGV: limit. Replies: how many were removed. */
static const char purge[] = "local n = purge(tonumber(ARGV[3]))\n"
			    "if n == 0 then expiries_changed() end\n"
			    "return n\n";

/* ARGV: limit. Replies: whether something is left. */
static const char drop[] = "local limit = tonumber(ARGV[3])\n"
			   "if call('ZCARD', K) > limit then\n"
			   "  local keys = call('ZRANGE', K, 0, limit - 1)\n"
			   "  remove(keys, state(keys))\n"
			   "  return 1\n"
			   "end\n"
			   "call('UNLINK', H, K, E)\n"
			   "call('ZREM', S, id)\n"
			   "call('ZREM', D, id)\n"
			   "return 0\n";

const char *const redis_scripts[SCRIPTS][SCRIPT_PARTS] = {
    [SCRIPT_WRITE] = {opening, removing, remembering, decide_write,
	apply_write},
    [SCRIPT_ERASE] = {opening, removing, remembering, erase_keys},
    [SCRIPT_LIST] = {opening, list},
    [SCRIPT_USAGE] = {opening, removing, usage},
    [SCRIPT_PURGE] = {opening, removing, purge},
    [SCRIPT_DROP] = {opening, removing, drop},
};
