-- The admin API of the gate: the same words as the one of `tideover buffer`, and those of Intermission. Every one needs the bearer token.
local gate = require "tideover.gate"
local Gate = gate.Gate

local TICK = 0.005 -- seconds between two looks at what others do
local ANSWERS_MS = 2000 -- how long a release waits for answers of the service after the last request was let go

local function json(value)
  local kind = type(value)
  if kind == "string" then return '"' .. value:gsub('[%c"\\]', " ") .. '"' end
  if kind ~= "table" then return value == ngx.null and "null" or tostring(value) end
  local parts = {}
  for name, item in pairs(value) do parts[#parts + 1] = '"' .. name .. '":' .. json(item) end
  return "{" .. table.concat(parts, ",") .. "}"
end

local function answer(status, body)
  ngx.status = status
  ngx.header["Content-Type"] = "application/json"
  -- An empty table stands for the routes, which nginx knows and we do not.
  ngx.say((json(body):gsub('"routes":{}', '"routes":[]')))
  return ngx.exit(ngx.HTTP_OK)
end

local function refuse(status, code, message, hint)
  return answer(status, { error = { code = code, message = message, hint = hint } })
end

local function ms(seconds) return math.floor(seconds * 1000 + 0.5) end

-- A flat JSON object of ours: names, strings without escapes, whole numbers.
local function read_fields()
  ngx.req.read_body()
  local text = ngx.req.get_body_data() or ""
  local fields = {}
  for name, value in text:gmatch('"(%a+)"%s*:%s*(%d+)%s*[,}]') do fields[name] = tonumber(value) end
  for name, value in text:gmatch('"(%a+)"%s*:%s*"([^"\\]*)"') do fields[name] = value end
  return fields
end

local function facts(self, hold)
  local function get(field) return self:get(hold, field) end
  local window, by = self:window(hold)
  local ended = get("ended")
  local till = ended > 0 and ended or ngx.now()
  return {
    id = self.dict:get(hold .. ":id"),
    state = ended > 0 and "ended" or window > 0 and "releasing" or "holding",
    endedBy = by or ngx.null,
    remainingMs = ended > 0 and 0 or math.max(0, ms(get("deadline") - ngx.now())),
    report = {
      held = get("tail"),
      answered = get("done") - get("abandoned"),
      rejected = get("rejected"),
      abandoned = get("abandoned"),
      longestMs = ms(get("longest")),
      displacement = get("broken") == 1 and ngx.null or 0,
      durationMs = ms(till - get("began")),
    },
  }
end

-- The hold that was begun last; a lease that has run out is seen here, too, when no request waits.
local function current(self)
  local mode = self.dict:get("mode")
  if mode and mode ~= 0 then pcall(self.dispatch, self, mode) end
  return self.dict:get("mode"), self.dict:get("last")
end

local function begin(self, fields)
  local dict = self.dict
  if not dict:safe_add("lock", 1, 2) then return nil, "another one is begun at this moment" end
  local mode, last = current(self)
  if mode ~= 0 then
    dict:delete("lock")
    return nil, 'it is held already, by "' .. (dict:get(mode .. ":id") or "") .. '"'
  end
  local hold, began = last + 1, ngx.now()
  local begun = {
    id = fields.id, began = began, lease = began + fields.leaseMs / 1000, deadline = began + fields.deadlineMs / 1000,
    max = math.min(fields.maxHeld or self.max_held, self.max_held), window = 0, tail = 0, last = -1, admitted = 0, done = 0,
    waiting = 0, rejected = 0, abandoned = 0, longest = 0, ended = 0, broken = 0,
  }
  local ok, err = true, nil
  for name, value in pairs(begun) do
    dict:delete((hold - 2) .. ":" .. name)
    if ok then ok, err = dict:safe_set(hold .. ":" .. name, value) end
  end
  if ok then ok, err = dict:safe_set("last", hold) end
  if ok then ok, err = dict:safe_set("mode", hold) end
  dict:delete("lock")
  if not ok then return nil, "its dictionary does not take the hold: " .. err end
  return hold
end

local function release(self, hold, window)
  self:put(hold, "window", window)
  local answers_end
  while true do
    pcall(self.dispatch, self, hold)
    if self:get(hold, "ended") > 0 then
      answers_end = answers_end or ngx.now() + ANSWERS_MS / 1000
      if self:get(hold, "done") >= self:get(hold, "tail") or ngx.now() > answers_end then return end
    end
    ngx.sleep(TICK)
  end
end

local function in_force(self, fields)
  local mode, last = current(self)
  if last == 0 then return nil, refuse(409, "not-held", "nothing is held", "See GET /status.") end
  if mode ~= 0 and self:window(mode) == 0 and (not fields.id or self.dict:get(mode .. ":id") == fields.id) then return mode end
  return nil, refuse(409, "hold-ended", "that hold has ended", "What was held has gone to the service, in received order. See GET /status.")
end

local function positive(fields, name, default)
  local value = fields[name] or default
  return type(value) == "number" and value > 0 and value or nil
end

local verbs = {}

verbs["GET /status"] = function(self)
  local mode, last = current(self)
  local hold = last > 0 and facts(self, last) or ngx.null
  answer(200, {
    buffer = "tideover", state = mode == 0 and "open" or hold.state,
    held = mode == 0 and 0 or self:get(mode, "waiting"), inFlight = self:count("flying"), upgraded = self:count("upgraded"),
    limits = { maxHeld = self.max_held, maxWaitMs = self.max_wait_ms }, routes = {}, hold = hold,
  })
end

verbs["POST /hold"] = function(self, fields)
  fields.id = fields.id or "by-hand"
  fields.leaseMs = positive(fields, "leaseMs", self.max_wait_ms)
  fields.deadlineMs = positive(fields, "deadlineMs", self.max_wait_ms)
  if not (fields.leaseMs and fields.deadlineMs and tostring(fields.id):match("^[a-z0-9-]+$")) or fields.deadlineMs > self.max_wait_ms then
    return refuse(400, "bad-request", "the hold is not well described, or longer than " .. self.max_wait_ms .. " ms", "Give id, leaseMs, deadlineMs and maxHeld, or raise max_wait_ms in the nginx configuration.")
  end
  local hold, reason = begin(self, fields)
  if not hold then return refuse(409, "already-held", reason, "Release that hold first, or wait until it ends by itself.") end
  answer(200, facts(self, hold))
end

verbs["POST /renew"] = function(self, fields)
  local hold = in_force(self, fields)
  if not hold then return end
  self:put(hold, "lease", ngx.now() + (positive(fields, "leaseMs") or self.max_wait_ms) / 1000)
  answer(200, facts(self, hold))
end

verbs["POST /drain"] = function(self, fields)
  if not in_force(self, fields) then return end
  local till = ngx.now() + (positive(fields, "timeoutMs") or 10000) / 1000
  local flying = self:count("flying")
  while flying > 0 and ngx.now() < till do
    ngx.sleep(TICK)
    flying = self:count("flying")
  end
  answer(200, { drained = flying == 0, inFlight = flying })
end

verbs["POST /release"] = function(self, fields)
  local hold = in_force(self, fields)
  if not hold then return end
  release(self, hold, positive(fields, "window", 8))
  answer(200, facts(self, hold))
end

-- Intermission's own words, so that scripts written for it go on; theirs is a GET, and 304 says that nothing changed.
local function say(status, text)
  ngx.status = status
  if status ~= 304 then ngx.say(text) end
  return ngx.exit(status)
end

verbs["GET /_intermission/status"] = function(self)
  say(200, current(self) == 0 and "Pause disabled." or "Pause enabled.")
end

verbs["GET /_intermission/enable"] = function(self)
  local hold = begin(self, { id = "intermission", leaseMs = self.max_wait_ms, deadlineMs = self.max_wait_ms })
  return hold and say(200, "Pause enabled.") or say(304)
end

verbs["GET /_intermission/disable"] = function(self)
  local mode = current(self)
  if mode == 0 then return say(304) end
  release(self, mode, 8)
  say(200, "Pause disabled.")
end

-- In content_by_lua of a server of its own, which only the engine can reach.
function Gate:admin()
  local token = (ngx.var.http_authorization or ""):match("^Bearer%s+(%S+)$")
  if not token then return refuse(401, "token-missing", "there is no bearer token", "Set TIDEOVER_BUFFER_TOKEN.") end
  -- Hashes are compared, so that the time it takes says nothing about the token.
  if ngx.sha1_bin(token) ~= self.token_hash then
    return refuse(401, "token-wrong", "the bearer token is wrong", "Set TIDEOVER_BUFFER_TOKEN to the token in the nginx configuration.")
  end
  local verb = verbs[ngx.req.get_method() .. " " .. ngx.var.uri]
  if not verb then return refuse(404, "not-found", "there is nothing of that name", "See GET /status.") end
  return verb(self, read_fields())
end

return gate
