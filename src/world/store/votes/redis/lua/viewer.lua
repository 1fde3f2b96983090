-- What is known of a viewer: name or an empty text, whether it is hidden, score, who has more.
-- KEYS: names, hidden, points
-- ARGV: viewer
local name = redis.call('HGET', KEYS[1], ARGV[1]) or ''
local hidden = redis.call('SISMEMBER', KEYS[2], name)
local score = redis.call('ZSCORE', KEYS[3], ARGV[1])
local before = 0
if score then
  before = redis.call('ZCOUNT', KEYS[3], '-inf', '(' .. score)
end
return {name, hidden, score or '0', before}
