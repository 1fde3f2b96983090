-- Counts a vote. Moments are digits of one width: as texts they are in their order.
-- KEYS: poll, voters, askings
-- ARGV: viewer, choice, moment, name, seconds
local poll = redis.call('HMGET', KEYS[1],
  'until', 'sealed', 'change', 'k:' .. ARGV[2], 'first', 'last')
if not poll[1] then
  return 'u'
end
if not poll[4] then
  redis.call('HINCRBY', KEYS[1], 'invalid', 1)
  return 'n'
end
if poll[2] or ARGV[3] > poll[1] then
  redis.call('HINCRBY', KEYS[1], 'late', 1)
  return 'l'
end
if redis.call('HSETNX', KEYS[2], ARGV[1], 'v' .. ARGV[2]) == 0 then
  local stands = string.sub(redis.call('HGET', KEYS[2], ARGV[1]), 2)
  if poll[3] == '0' then
    if stands ~= ARGV[2] then
      redis.call('HINCRBY', KEYS[1], 'duplicate', 1)
    end
    return 's' .. stands
  end
  if stands == ARGV[2] then
    return 'c'
  end
  redis.call('HSET', KEYS[2], ARGV[1], 'v' .. ARGV[2])
  redis.call('HINCRBY', KEYS[1], 'c:' .. stands, -1)
end
redis.call('HINCRBY', KEYS[1], 'c:' .. ARGV[2], 1)
if not poll[5] then
  redis.call('HSET', KEYS[1], 'first', ARGV[3], 'last', ARGV[3])
  redis.call('EXPIRE', KEYS[1], ARGV[5])
  redis.call('EXPIRE', KEYS[2], ARGV[5])
  redis.call('ZADD', KEYS[3], redis.call('HGET', KEYS[1], 'opened'), ARGV[4])
  redis.call('EXPIRE', KEYS[3], ARGV[5])
elseif ARGV[3] < poll[5] then
  redis.call('HSET', KEYS[1], 'first', ARGV[3])
elseif ARGV[3] > poll[6] then
  redis.call('HSET', KEYS[1], 'last', ARGV[3])
end
return 'c'
