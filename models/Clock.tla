------------------------------- MODULE Clock -------------------------------
(* When may a lease end by time, or by full heartbeats that do not name it?  One worker, one lease, real
   time 0..TMax, one tick of the clock per unit in progress; the gate reads claims and progress with any lag.
   Mode "read":  the TTL starts when the gate reads the claim.
   Mode "num":   the claim carries the number of the last heartbeat that was acknowledged in this
                 progress partition before the claim; only heartbeats from that number on start
                 and extend the TTL, until one of them is read no TTL runs.
   The TTL is a setting that changes.  TtlAt "lease": the gate writes it into the dispatch and keeps it
   with the lease, the worker uses the dispatch's; "current": the gate takes the setting as it is.
   FullRule: a lease ends when full heartbeats numbered above the claim's do not name it: "one" of them,
   "two", or two that are a TTL of lease time "apart"; every heartbeat here is a full one, and names the
   lease from the moment at which its claim was sent.  Pipe heartbeats may be in flight.
   Beat: "any": the worker sends whenever it likes; "least": a third of the smallest TTL it has seen after
   the last; "newest": a third of the TTL it saw last.  With these two the gate reads nothing.
   Check: how the worker, which may be frozen at any moment, sees that its deadline has passed before it
   starts a step: "ideal": at once; "timer": a timer has come round meanwhile; "now": or it looks itself;
   "latched": and an acknowledgement that came too late has left a mark.                                *)
EXTENDS Integers, Sequences
CONSTANTS TMax, TTLs, Margin, Mode, TtlAt, FullRule, Pipe, Beat, Check, MaxHb, MaxChange
VARIABLES now, plog, pr, L, pend, acked, ackn, nhb, claim, cread, hbn, hbL, gs, missed, expired, ended, out,
          broke, bad, cur, chg, dis, seen
vars == <<now, plog, pr, L, pend, acked, ackn, nhb, claim, cread, hbn, hbL, gs, missed, expired, ended, out,
          broke, bad, cur, chg, dis, seen>>
\* pend: heartbeats sent and not acknowledged, oldest first: at, whether it names the lease, whether it has landed
\* acked, ackn: when the last acknowledged was sent (-1 none), its number; nhb: how many have landed
\* claim: when (-1 none), n; hbn, hbL: last heartbeat number read and lease time then
\* gs: lease time from which the gate counts the TTL (-1: it does not run); missed: lease time of the first
\* heartbeat in a row that did not name the lease (-1 none)
\* out: the worker dropped the lease at its own deadline; broke: an acknowledgement came after it; dis: the TTL in the dispatch (0: not dispatched)
\* seen: the TTL after a third of which the worker beats
Max(S) == CHOOSE x \in S : \A y \in S : y <= x
Init == now = 0 /\ plog = <<>> /\ pr = 0 /\ L = 0 /\ pend = <<>> /\ acked = -1 /\ ackn = 0 /\ nhb = 0
        /\ claim = [at |-> -1, n |-> 0] /\ cread = FALSE /\ hbn = 0 /\ hbL = 0 /\ gs = -1 /\ missed = -1
        /\ expired = FALSE /\ ended = FALSE /\ out = FALSE /\ broke = FALSE /\ bad = FALSE /\ cur \in TTLs /\ chg = 0 /\ dis = 0 /\ seen = Max(TTLs)
Wdl == (IF acked >= 0 THEN acked ELSE claim.at) + dis - Margin
Last == IF pend # <<>> THEN pend[Len(pend)].at ELSE acked   \* when it last sent
Due == Beat # "any" /\ (Last = -1 \/ now >= Last + (seen \div 3))
Prompt == Beat # "any" => pend = <<>> /\ ~Due
Tick == /\ now < TMax /\ Prompt /\ now' = now + 1 /\ plog' = Append(plog, <<0, FALSE>>)
        /\ out' = (out \/ (Check = "ideal" /\ claim.at >= 0 /\ now + 1 >= Wdl))
        /\ UNCHANGED <<pr, L, pend, acked, ackn, nhb, claim, cread, hbn, hbL, gs, missed, expired, ended, broke, bad, cur, chg, dis, seen>>
Send == /\ Beat # "any" => Due
        /\ Len(pend) < Pipe /\ nhb + Len(SelectSeq(pend, LAMBDA p : ~p.landed)) < MaxHb
        /\ pend' = Append(pend, [at |-> now, named |-> claim.at >= 0, landed |-> FALSE])
        /\ UNCHANGED <<now, plog, pr, L, acked, ackn, nhb, claim, cread, hbn, hbL, gs, missed, expired, ended, out, broke, bad, cur, chg, dis, seen>>
Land == \E i \in DOMAIN pend :
        /\ ~pend[i].landed /\ \A k \in 1..(i-1) : pend[k].landed
        /\ plog' = Append(plog, <<nhb + 1, pend[i].named>>) /\ nhb' = nhb + 1 /\ pend' = [pend EXCEPT ![i].landed = TRUE]
        /\ UNCHANGED <<now, pr, L, acked, ackn, claim, cread, hbn, hbL, gs, missed, expired, ended, out, broke, bad, cur, chg, dis, seen>>
Over == claim.at >= 0 /\ now >= Wdl
Ack == /\ pend # <<>> /\ Head(pend).landed /\ acked' = Head(pend).at /\ ackn' = ackn + 1 /\ pend' = Tail(pend)
       /\ broke' = (broke \/ (Check = "latched" /\ Over))
       /\ UNCHANGED <<now, plog, pr, L, nhb, claim, cread, hbn, hbL, gs, missed, expired, ended, out, bad, cur, chg, dis, seen>>
Change == /\ chg < MaxChange /\ chg' = chg + 1 /\ cur' \in TTLs \ {cur}
          /\ UNCHANGED <<now, plog, pr, L, pend, acked, ackn, nhb, claim, cread, hbn, hbL, gs, missed, expired, ended, out, broke, bad, dis, seen>>
Dispatch == /\ dis = 0 /\ dis' = cur
            /\ UNCHANGED <<now, plog, pr, L, pend, acked, ackn, nhb, claim, cread, hbn, hbL, gs, missed, expired, ended, out, broke, bad, cur, chg, seen>>
See(ttl) == IF Beat = "newest" \/ ttl < seen THEN ttl ELSE seen
Claim == /\ claim.at = -1 /\ dis > 0
         /\ Mode = "num" => acked >= 0 /\ now < acked + dis - Margin
         /\ claim' = [at |-> now, n |-> ackn] /\ seen' = See(dis)
         /\ UNCHANGED <<now, plog, pr, L, pend, acked, ackn, nhb, cread, hbn, hbL, gs, missed, expired, ended, out, broke, bad, cur, chg, dis>>
\* The worker claims another run meanwhile.
Other == /\ Beat # "any" /\ \E t \in TTLs : See(t) # seen /\ seen' = See(t)
         /\ UNCHANGED <<now, plog, pr, L, pend, acked, ackn, nhb, claim, cread, hbn, hbL, gs, missed, expired, ended, out, broke, bad, cur, chg, dis>>
ReadClaim == /\ Beat = "any" /\ claim.at >= 0 /\ ~cread /\ cread' = TRUE
             /\ gs' = IF Mode = "read" THEN L ELSE IF hbn >= claim.n THEN hbL ELSE -1
             /\ UNCHANGED <<now, plog, pr, L, pend, acked, ackn, nhb, claim, hbn, hbL, missed, expired, ended, out, broke, bad, cur, chg, dis, seen>>
GateTtl == IF TtlAt = "lease" THEN dis ELSE cur
Misses(x) == FullRule # "off" /\ cread /\ x[1] > claim.n /\ ~x[2]
ReadProgress ==
  /\ Beat = "any" /\ pr < Len(plog) /\ pr' = pr + 1
  /\ LET x == plog[pr + 1] IN
     IF x[1] = 0
     THEN /\ L' = L + 1 /\ expired' = (expired \/ (cread /\ gs >= 0 /\ L + 1 >= gs + GateTtl))
          /\ UNCHANGED <<hbn, hbL, gs, missed, ended>>
     ELSE /\ hbn' = x[1] /\ hbL' = L /\ UNCHANGED <<L, expired>>
          /\ gs' = (IF cread /\ (Mode = "read" \/ x[1] >= claim.n) THEN L ELSE gs)
          /\ missed' = IF ~Misses(x) THEN -1 ELSE IF missed >= 0 THEN missed ELSE L
          /\ ended' = (ended \/ (Misses(x) /\ CASE FullRule = "one" -> TRUE
                                                [] FullRule = "two" -> missed >= 0
                                                [] FullRule = "apart" -> missed >= 0 /\ L >= missed + dis))
  /\ UNCHANGED <<now, plog, pend, acked, ackn, nhb, claim, cread, out, broke, bad, cur, chg, dis, seen>>
Poll == /\ Check # "ideal" /\ Over /\ ~out /\ out' = TRUE
        /\ UNCHANGED <<now, plog, pr, L, pend, acked, ackn, nhb, claim, cread, hbn, hbL, gs, missed, expired, ended, broke, bad, cur, chg, dis, seen>>
Start == /\ Check # "ideal" /\ claim.at >= 0 /\ ~out /\ ~broke /\ (Check = "timer" \/ ~Over)
         /\ expired /\ bad' = TRUE     \* only a start after the lease's end matters
         /\ UNCHANGED <<now, plog, pr, L, pend, acked, ackn, nhb, claim, cread, hbn, hbL, gs, missed, expired, ended, out, broke, cur, chg, dis, seen>>
Next == Poll \/ Start \/ Tick \/ Send \/ Land \/ Ack \/ Change \/ Dispatch \/ Claim \/ Other \/ ReadClaim \/ ReadProgress
Spec == Init /\ [][Next]_vars
Safe == Check = "ideal" => (expired => out)          \* the gate ends the lease only after the worker has given it up itself
SafeFull == Check = "ideal" => (ended => out)        \* the same of heartbeats: here the worker never lost track of the run
NotDropped == Beat # "any" => ~out   \* a worker whose heartbeats land at once keeps its lease
SafeStart == ~bad               \* no step is started after the lease's end
NotExpired == ~expired
NotEnded == ~ended
=============================================================================
