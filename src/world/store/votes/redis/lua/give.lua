-- Gives the points of a poll to some more viewers; `0` when all have theirs. A vote whose points were
-- given is marked, so that a scan that meets it again gives none. Scores are negative: the first of
-- the sorted set leads.
-- KEYS: poll, voters, points, awards, era
-- ARGV: name, count, seconds, cursor: 0 at first, then what the last answer said. It means nothing to
-- another server, nor to this one when it was started again.
local poll = redis.call('HMGET', KEYS[1], 'award', 'award_points', 'award_done')
if not poll[1] or poll[3] then
  redis.call('SREM', KEYS[4], ARGV[1])
  return '0'
end
local found = redis.call('HSCAN', KEYS[2], ARGV[4], 'COUNT', ARGV[2])
local right, given = 'v' .. poll[1], 'g' .. poll[1]
for i = 1, #found[2], 2 do
  if found[2][i + 1] == right then
    redis.call('HSET', KEYS[2], found[2][i], given)
    if poll[2] ~= '0' then
      redis.call('ZINCRBY', KEYS[3], '-' .. poll[2], found[2][i])
    end
  end
end
redis.call('EXPIRE', KEYS[3], ARGV[3])
redis.call('EXPIRE', KEYS[5], ARGV[3])
if found[1] == '0' then
  redis.call('HSET', KEYS[1], 'award_done', '1')
  redis.call('SREM', KEYS[4], ARGV[1])
end
return found[1]
