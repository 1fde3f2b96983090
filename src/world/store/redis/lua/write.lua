-- Changes what a show keeps: all of it, or nothing where another runner may change it.
-- KEYS: rows, fence, lease
-- ARGV: the number of the lease that is held; 0 for one who holds none, and writes while nobody does;
--       then what is done: 'p', row, value · 'd', row · 't', kind and text · 'k', kind · 'a'
if ARGV[1] == '0' then
  if redis.call('EXISTS', KEYS[3]) == 1 then
    return 0
  end
elseif redis.call('GET', KEYS[2]) ~= ARGV[1] then
  return 0
end
local function forget(is_meant)
  for _, row in ipairs(redis.call('HKEYS', KEYS[1])) do
    if is_meant(row) then
      redis.call('HDEL', KEYS[1], row)
    end
  end
end
local function begins(row, with)
  return string.sub(row, 1, #with) == with
end
local n = 2
while n <= #ARGV do
  local done, row = ARGV[n], ARGV[n + 1]
  if done == 'p' then
    redis.call('HSET', KEYS[1], row, ARGV[n + 2])
    n = n + 3
  elseif done == 'd' then
    redis.call('HDEL', KEYS[1], row)
    n = n + 2
  elseif done == 't' then
    forget(function(met)
      return begins(met, row) and string.find(met, '^-?%d+$', #row + 1) ~= nil
    end)
    n = n + 2
  elseif done == 'k' then
    forget(function(met)
      return begins(met, row)
    end)
    n = n + 2
  else
    redis.call('DEL', KEYS[1])
    n = n + 1
  end
end
return 1
