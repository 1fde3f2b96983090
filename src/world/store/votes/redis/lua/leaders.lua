-- Who has the most points: viewer, score, and the name or an empty text.
-- KEYS: points, names, hidden
-- ARGV: the last one's place, from 0
local told = {}
local top = redis.call('ZRANGE', KEYS[1], 0, ARGV[1], 'WITHSCORES')
for i = 1, #top, 2 do
  local name = redis.call('HGET', KEYS[2], top[i])
  if not name or redis.call('SISMEMBER', KEYS[3], name) == 1 then
    name = ''
  end
  told[#told + 1] = {top[i], top[i + 1], name}
end
return told
