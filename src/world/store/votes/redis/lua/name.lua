-- Keeps the name of a viewer, or forgets it where it is empty; how many have each is counted.
-- KEYS: names, name counts, hidden
-- ARGV: viewer, name, seconds
local old = redis.call('HGET', KEYS[1], ARGV[1])
if old and redis.call('HINCRBY', KEYS[2], old, -1) <= 0 then
  redis.call('HDEL', KEYS[2], old)
end
if ARGV[2] == '' then
  redis.call('HDEL', KEYS[1], ARGV[1])
else
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
  redis.call('HINCRBY', KEYS[2], ARGV[2], 1)
end
for i = 1, 3 do
  redis.call('EXPIRE', KEYS[i], ARGV[3])
end
