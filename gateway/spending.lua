-- May these calls come in? All limits of a call are asked at once; a call that is refused spends nothing.
--
-- ARGV: for each call, its number of limits and its weight; then for each limit its amount and its length in
-- microseconds. KEYS: one window per limit, in the same order. The answer has for each call whether it may
-- come in, then for each limit what is left and how many microseconds until more is.
--
-- A window is a list: its sum, then its runs from the newest to the oldest, each "count last opened". Runs are
-- what gateway/windows.py says. Time is this server's own, so that all who ask agree on it.

local RUNS = 64
local clock = redis.call('TIME')
local now = tonumber(clock[1]) * 1000000 + tonumber(clock[2])

local function run(key, at)
  local count, last, opened = string.match(redis.call('LINDEX', key, at), '(%d+) (%d+) (%d+)')
  return tonumber(count), tonumber(last), tonumber(opened)
end

-- Lua would write a number as large as a moment with an exponent.
local function whole(number)
  return string.format('%.0f', number)
end

local function told(count, last, opened)
  return string.format('%.0f %.0f %.0f', count, last, opened)
end

-- How many are in the window now, once those that are old enough are forgotten.
local function present(key, length)
  local kept = tonumber(redis.call('LINDEX', key, 0) or 0)
  local total = kept
  while total > 0 do
    local count, last = run(key, -1)
    if last + length > now then break end
    redis.call('RPOP', key)
    total = total - count
  end
  if total == 0 then
    redis.call('DEL', key)
  elseif total < kept then
    redis.call('LSET', key, 0, whole(total))
  end
  return total
end

local function add(key, length, total, weight)
  local count, last, opened
  if total > 0 then count, last, opened = run(key, 1) end
  if opened and now - opened < length / RUNS then
    redis.call('LSET', key, 1, told(count + weight, now, opened))
    redis.call('LSET', key, 0, whole(total + weight))
  else
    if total > 0 then redis.call('LPOP', key) end
    redis.call('LPUSH', key, told(weight, now, now), whole(total + weight))
  end
  redis.call('PEXPIRE', key, whole(length / 1000 + 1))
end

-- How long until at least so many have left.
local function wait(key, length, leaving, total)
  if total == 0 then return length end
  local at, count, last = -1, 0, now
  while leaving > 0 do
    count, last = run(key, at)
    leaving = leaving - count
    at = at - 1
  end
  return last + length - now
end

local answers, key, arg = {}, 1, 1
while arg <= #ARGV do
  local limits, weight = tonumber(ARGV[arg]), tonumber(ARGV[arg + 1])
  arg = arg + 2
  local asked, allowed = {}, true
  for at = 1, limits do
    local amount, length = tonumber(ARGV[arg]), tonumber(ARGV[arg + 1])
    local one = { key = KEYS[key], length = length, amount = amount, cost = math.min(weight, amount) }
    one.total = present(one.key, length)
    one.fits = one.total + one.cost <= amount
    allowed = allowed and one.fits
    asked[at], key, arg = one, key + 1, arg + 2
  end
  local answer = { allowed and 1 or 0 }
  for _, one in ipairs(asked) do
    if allowed then
      add(one.key, one.length, one.total, one.cost)
      one.total = one.total + one.cost
    end
    local leaving = one.fits and 1 or one.total + one.cost - one.amount
    answer[#answer + 1] = math.max(0, one.amount - one.total)
    answer[#answer + 1] = wait(one.key, one.length, leaving, one.total)
  end
  answers[#answers + 1] = answer
end
return answers
