-- Takes a show's lease, or renews it.
-- KEYS: lease, fence
-- ARGV: who asks; how long a lease lasts (ms); the number of the lease that is renewed, 0 to take one
-- Gives what came of it, who holds the lease where another does, and a number: of the lease that was
-- taken, or how long the other's lasts (ms).
local holder = redis.call('GET', KEYS[1])
if holder == ARGV[1] then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  return {'renewed', '', 0}
end
if holder then
  return {'others', holder, redis.call('PTTL', KEYS[1])}
end
local held, fence = tonumber(ARGV[3]), tonumber(redis.call('GET', KEYS[2]) or '0')
if held == 0 then
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
  return {'taken', '', redis.call('INCR', KEYS[2])}
end
if fence > held then
  return {'passed', '', 0}
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
redis.call('SET', KEYS[2], ARGV[3])
return {'again', '', 0}
