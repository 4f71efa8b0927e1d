-- The gate of Tideover for nginx with lua: requests wait in the access phase, unread, while a hold is in force.
--
-- All workers share one dictionary. Every request that has to wait takes the next ticket; `admitted` is the last ticket that was let go, and only
-- the worker that has ticket `admitted + 1` may raise it, so tickets leave in order with no lock. Nothing is added to the dictionary while a hold is in
-- force: its counters are there from the beginning, so a full dictionary cannot open the gate.
--
--   mode       0: open; otherwise the number of the hold in force
--   N:…        limits and counters of hold N (see `begin` in admin.lua); kept after its end, for the report
--   flying:PID requests of one worker at the service; a worker that died took its own with it
local ffi = require "ffi"
local base = require "resty.core.base"
local semaphore = require "ngx.semaphore"

local _M = {}
local Gate = {}
Gate.__index = Gate
_M.Gate = Gate

local now, exit, var, shared = ngx.now, ngx.exit, ngx.var, ngx.shared

local RELEASE_TICK, HOLD_TICK = 0.001, 0.01 -- seconds between two looks of a worker at the dictionary
local EXPIRY_WINDOW = 8 -- when nobody is left to say one
local WAKE = 0.1 -- a waiter looks by itself this often, in case its worker's ticker is gone
local STUCK = 1 -- seconds without progress before a worker is suspected dead

-- options: dict (name of its own lua_shared_dict), token (bearer token of the admin API), max_held, max_wait_ms
function _M.new(options)
  local dict = shared[options.dict or "tideover"]
  assert(dict, "tideover: there is no lua_shared_dict of that name")
  assert(type(options.token) == "string" and #options.token >= 16, "tideover: the token must have 16 characters or more")
  local self = setmetatable({
    dict = dict,
    token_hash = ngx.sha1_bin(options.token),
    max_held = options.max_held or 10000,
    max_wait_ms = options.max_wait_ms or 60000,
    queues = {}, -- hold -> { count, [ticket] = waiter }; of this worker
    running = {}, -- request -> what the log phase has to count
    seen = 0, seen_at = 0,
  }, Gate)
  dict:safe_add("mode", 0)
  dict:safe_add("last", 0)
  return self
end

-- ---------------------------------------------------------------- counting

function Gate:flying_key()
  if not self.key or self.key_pid ~= ngx.worker.pid() then
    self.key_pid = ngx.worker.pid()
    self.key = "flying:" .. self.key_pid
    self.upgraded_key = "upgraded:" .. self.key_pid
    self.dict:safe_add(self.key, 0)
    self.dict:safe_add(self.upgraded_key, 0)
  end
  return self.key, self.upgraded_key
end

local function alive(pid)
  local file = io.open("/proc/" .. pid .. "/stat")
  if file then file:close() end
  return file ~= nil
end

function Gate:count(prefix)
  local sum = 0
  for _, key in ipairs(self.dict:get_keys(0)) do
    local pid = key:match("^" .. prefix .. ":(%d+)$")
    if pid then
      if alive(pid) then sum = sum + (self.dict:get(key) or 0) else self.dict:delete(key) end
    end
  end
  return sum
end

function Gate:get(hold, field)
  local value = self.dict:get(hold .. ":" .. field)
  if not value then error("the state of hold " .. hold .. " is gone") end
  return value
end

function Gate:add(hold, field, by)
  local value, err = self.dict:incr(hold .. ":" .. field, by)
  if not value then error("cannot count " .. field .. ": " .. err) end
  return value
end

function Gate:put(hold, field, value)
  local ok, err = self.dict:safe_set(hold .. ":" .. field, value)
  if not ok then error("cannot store " .. field .. ": " .. err) end
end

-- ---------------------------------------------------------------- letting go

-- The window of the release, 0 while the hold goes on. Nobody has to be alive for a lease to end.
function Gate:window(hold)
  local window = self:get(hold, "window")
  if window > 0 then return window, "release" end
  local t = now()
  if t >= self:get(hold, "lease") then return EXPIRY_WINDOW, "lease" end
  if t >= self:get(hold, "deadline") then return EXPIRY_WINDOW, "deadline" end
  return 0
end

function Gate:open(hold)
  if self.dict:get("mode") ~= hold then return end
  self:put(hold, "ended", now())
  self.dict:set("mode", 0)
end

-- Lets the tickets of this worker go whose turn it is; opens the gate when none is left anywhere.
function Gate:dispatch(hold)
  local window = self:window(hold)
  if window == 0 then return end
  if self:get(hold, "last") < 0 then self:put(hold, "last", self:get(hold, "tail")) end
  local queue = self.queues[hold] or { count = 0 }
  while true do
    local admitted = self:get(hold, "admitted")
    local waiter = queue[admitted + 1]
    if not waiter then
      if admitted >= self:get(hold, "tail") then self:open(hold) else self:suspect(hold, admitted) end
      return
    end
    -- Who came after the opening keeps the order but not the window: under load the queue might never end.
    if admitted < self:get(hold, "last") and admitted - self:get(hold, "done") >= window then return end
    queue[admitted + 1] = nil
    queue.count = queue.count - 1
    self:add(hold, "admitted", 1)
    if waiter.gone then
      self:add(hold, "done", 1)
    else
      local waited = now() - waiter.since
      if waited > self:get(hold, "longest") then self:put(hold, "longest", waited) end
      waiter.go = true
      waiter.semaphore:post(1)
    end
  end
end

-- The next ticket belongs to another worker. If workers died with tickets, their turn never comes: then the order is lost, not the requests.
function Gate:suspect(hold, admitted)
  local done = self:get(hold, "done")
  if self.seen ~= admitted + done then
    self.seen, self.seen_at = admitted + done, now()
  elseif now() - self.seen_at > STUCK then
    self.seen_at = now()
    for pid in pairs(self:workers()) do
      if not alive(pid) then
        ngx.log(ngx.ERR, "tideover: a worker died during a hold; the requests of the others go now")
        self:put(hold, "broken", 1)
        self:open(hold)
        return
      end
    end
  end
end

function Gate:workers()
  local pids = {}
  for _, key in ipairs(self.dict:get_keys(0)) do
    local pid = key:match("^flying:(%d+)$")
    if pid then pids[pid] = true end
  end
  return pids
end

local function tick(premature, self, hold, queue)
  while queue.count > 0 and not premature do
    local ok, err = pcall(self.dispatch, self, hold)
    if not ok then ngx.log(ngx.ERR, "tideover: ", err) end
    if self.dict:get(hold .. ":broken") == 1 then break end
    ngx.sleep(self.dict:get(hold .. ":window") == 0 and HOLD_TICK or RELEASE_TICK)
  end
  queue.ticking = nil
end

-- ---------------------------------------------------------------- requests

-- Waits until it is this request's turn. Gives nothing when it may go, or the status to answer with.
function Gate:wait(hold)
  if self:add(hold, "waiting", 1) > self:get(hold, "max") then
    self:add(hold, "waiting", -1)
    self:add(hold, "rejected", 1)
    return 503
  end
  local waiter = { semaphore = semaphore.new(0), since = now() }
  -- Before the ticket, so that nothing can fail between the two.
  local watched = ngx.on_abort(function()
    waiter.gone = true
    waiter.semaphore:post(1)
  end)
  if not watched then error("lua_check_client_abort is off: clients that leave would be executed") end
  local queue = self.queues[hold]
  if not queue then
    self.queues = { [hold] = { count = 0 }, [hold - 1] = self.queues[hold - 1] }
    queue = self.queues[hold]
  end
  queue[self:add(hold, "tail", 1)] = waiter
  queue.count = queue.count + 1
  if not queue.ticking then queue.ticking = ngx.timer.at(0, tick, self, hold, queue) end
  local broken
  while not (waiter.go or waiter.gone or broken) do
    waiter.semaphore:wait(WAKE)
    if not (waiter.go or waiter.gone) then
      self:dispatch(hold)
      broken = self:get(hold, "broken") == 1
    end
  end
  self:add(hold, "waiting", -1)
  if not waiter.gone then return nil, waiter.go and hold end
  self:add(hold, "abandoned", 1)
  if waiter.go then self:add(hold, "done", 1) end
  return 499
end

function Gate:enter(id)
  local dict = self.dict
  local flying, upgraded = self:flying_key()
  local upgrade = var.http_upgrade and (var.http_connection or ""):lower():find("upgrade", 1, true)
  local key = upgrade and upgraded or flying
  -- Counted before the look, so that whoever holds and then counts sees all that were not stopped.
  if not dict:incr(key, 1) then error("cannot count") end
  local mode = dict:get("mode")
  local ticketed
  if mode ~= 0 then
    dict:incr(key, -1)
    if not mode then error("the state is gone") end
    local status
    status, ticketed = self:wait(mode)
    if status then return status end
    dict:incr(key, 1)
  end
  self.running[id] = { key = key, hold = ticketed }
end

-- The address of the request in its worker: ngx.ctx does not outlive an internal redirect, and $request_id is another one at each look.
local function request_id()
  return tonumber(ffi.cast("intptr_t", base.get_request()))
end

-- In access_by_lua, at the level of the server.
function Gate:pass()
  local id = request_id()
  if self.running[id] then return end -- an internal redirect comes here again
  local ok, status = pcall(self.enter, self, id)
  if not ok then
    ngx.log(ngx.ERR, "tideover: ", status)
    status = 503 -- closed: what cannot be counted is not let through
  end
  if status == 503 then ngx.header["Retry-After"] = "1" end
  if status then return exit(status) end
end

-- In log_by_lua, at the level of the server.
function Gate:done()
  local id = request_id()
  local entry = self.running[id]
  if not entry then return end
  self.running[id] = nil
  self.dict:incr(entry.key, -1)
  if entry.hold then
    self.dict:incr(entry.hold .. ":done", 1)
    -- The next one of this worker need not wait for the ticker.
    if self.dict:get("mode") == entry.hold then pcall(self.dispatch, self, entry.hold) end
  end
end

return _M
