------------------------------- MODULE Lease -------------------------------
(* The lease protocol of Sluice (docs/architecture.md; DESIGN section 3, rules 1-10), one tenant.
   The gate reads claims, progress and journal, each in order, no order between them.
   A read, the state change and its outputs are one atomic step (exactly-once).
   A worker reads control as late as it likes.  Time is abstract here (see Expire, Grace): the clock
   is in Clock.tla, the claim's transaction in Claim.tla, lease time in LeaseTime.tla.
   A run that its runner stops itself leaves YIELD in the journal, its last record of the epoch.

   Learnt since the first version: a request to end (cancel, time-out, seal), redrive, a run whose
   state cannot be read, a body that never returns and the grace that ends its lease, a worker that
   lost track of a run and the full heartbeat that says so, a dispatch that nobody answers.        *)
EXTENDS Naturals, Sequences, FiniteSets, TLC

CONSTANTS Runs, Workers, MaxInc, MaxEp, NSteps, Cap, MaxRedrive,
  BCrash, BOut, BRet, BDup, BYield, BHb, BStuck, BLeak, BNoDisp, BTotal,   \* budgets of each kind of fault
  BCancel, BSeal, BLost,                                                   \* outside of BTotal
  ClaimExcl,    \* each dispatch record can be answered once only
  ClaimLag,     \* TRUE: a worker learns later than the gate that its claim is committed
  StopKept,     \* a stop that comes before its claim is known to be committed is kept; FALSE: forgotten
  Grant,        \* a claimer starts only on the gate's word (an alternative to ClaimExcl)
  OnSecond,     \* a second claim: "stop" its claimer, "fence" the run, "both"
  HolderCheck, KeyWorker, UseFence, WaitFence,   \* FALSE: broken variants
  GoneTrue,     \* FALSE: GONE may be said of a live worker
  NaiveFence,   \* TRUE: reading the fence always queues the run, whatever was read before it
  EndAtFence,   \* TRUE: the epoch ends when the fence is DECIDED (reads before the fence are void)
  CancelMode,   \* "ask": cancel only asks the holder; "now": it ends a lease at once
  SealMode,     \* a dispatched or held run is sealed: "ask" as a cancel, the slot is kept and the fence comes
                \*   with GONE, TTL or grace; "fence": asked, fenced at once, the slot kept until the fence is
                \*   read; "now": the same, the slot free at once; "dead": DEAD at once, fenced meanwhile
  SealRecs,     \* the holder's records after the seal: "count" or "void"
  SealBy,       \* what throws: "turn" (none of its records), "step", "last", "claim": the record is set aside
  SetAside,     \* what is kept of it: "known" (indexed, ended, holder named by the path that calls no rule),
                \*   "barred" (nothing; the run is never redriven), "gap" (as barred, and what follows does not fit
                \*   behind the gap: void), "lost" (nothing)
  LostMode,     \* a run that cannot be read completes: "fence": behind its fence (a TTL says nothing of a live
                \*   holder), "quiet": when, besides, no dispatch or claim of it is out and no worker starts steps
  GraceMode,    \* "off"; "told": after the holder's word that it was told, in every heartbeat while the body
                \*   goes on; "once": it says so once; "blind": some time after asking
  FullHb,       \* "off"; "sent": full heartbeats name every run whose claim was sent; "exec": only what is known
                \*   to be claimed
  FullNum,      \* only heartbeats after the claim count; FALSE: any
  UnansMode     \* a dispatch not answered: "off"; "read": fenced once claims were read far enough; "blind"

None == <<"none", 0>>
NoTask == [pc |-> "none", ep |-> 0, known |-> {}, stale |-> FALSE]
Inf == MaxEp + 9

VARIABLES st, ep, holder, idx, yl, comps, rq, tld, miss, bar, red,   \* gate, per run
          clog, plog, jlog, joff, dsp, ctl,                          \* logs
          alive, inc, hb, task, sent, net, said, stk,                \* workers
          bud, stands, viol                                          \* budgets, history

gate == <<st, ep, holder, idx, yl, comps, rq, tld, miss, bar, red>>
logs == <<clog, plog, jlog, joff, dsp, ctl>>
wrk  == <<alive, inc, hb, task, sent, net, said, stk>>
vars == <<gate, logs, wrk, bud, stands, viol>>

WI(w) == <<w, inc[w]>>
Dead(wi) == wi[2] < inc[wi[1]] \/ ~alive[wi[1]]
Live == {"disp", "held", "sealing", "lost", "lostread"}
Leases == {x \in Runs : st[x] \in Live}
Over == {"done", "dead"}
Use(b) == bud[b] > 0
Dec(b) == bud' = [bud EXCEPT ![b] = @ - 1]
Next1(k) == CHOOSE n \in 1..(NSteps+1) : n \notin k /\ \A m \in 1..(NSteps+1) : m < n => m \in k
Fenced(r, e) == \E i \in DOMAIN jlog[r] : jlog[r][i].t = "fence" /\ jlog[r][i].ep > e

Init ==
  /\ st = [r \in Runs |-> "queued"] /\ ep = [r \in Runs |-> 1] /\ holder = [r \in Runs |-> None]
  /\ idx = [r \in Runs |-> {}] /\ yl = [r \in Runs |-> FALSE] /\ comps = [r \in Runs |-> 0]
  /\ rq = [r \in Runs |-> "no"] /\ tld = [r \in Runs |-> FALSE] /\ miss = [r \in Runs |-> 0]
  /\ bar = [r \in Runs |-> FALSE] /\ red = [r \in Runs |-> 0]
  /\ clog = <<>> /\ plog = <<>> /\ jlog = [r \in Runs |-> <<>>] /\ joff = [r \in Runs |-> 0]
  /\ dsp = {} /\ ctl = {}
  /\ alive = [w \in Workers |-> TRUE] /\ inc = [w \in Workers |-> 1] /\ hb = [w \in Workers |-> TRUE]
  /\ task = [w \in Workers |-> [r \in Runs |-> NoTask]] /\ sent = {} /\ net = {} /\ said = {} /\ stk = {}
  /\ bud = [crash |-> BCrash, out |-> BOut, ret |-> BRet, dup |-> BDup, yield |-> BYield, hb |-> BHb,
            stuck |-> BStuck, leak |-> BLeak, nodisp |-> BNoDisp, cxl |-> BCancel, seal |-> BSeal, lost |-> BLost]
  /\ stands = [r \in Runs |-> {}] /\ viol = {}

----------------------------------------------------------------------------
(* The gate *)
Stop(wi, r, e) == [k |-> "stop", w |-> wi, r |-> r, ep |-> e]
Go(wi, r, e)   == [k |-> "go", w |-> wi, r |-> r, ep |-> e]

Dispatch(r) ==
  /\ st[r] = "queued" /\ ep[r] <= MaxEp /\ Cardinality(Leases) < Cap
  /\ st' = [st EXCEPT ![r] = "disp"] /\ holder' = [holder EXCEPT ![r] = None]
  /\ miss' = [miss EXCEPT ![r] = 0] /\ tld' = [tld EXCEPT ![r] = FALSE]
  /\ dsp' = dsp \cup {[r |-> r, ep |-> ep[r], idx |-> idx[r], by |-> {}]}
  /\ viol' = viol \cup (IF Cardinality(Leases) + 1 > Cap THEN {"I1"} ELSE {})
  /\ UNCHANGED <<ep, idx, yl, comps, rq, bar, red, clog, plog, jlog, joff, ctl, wrk, bud, stands>>

\* How an asked run ends: sealed ones are DEAD and may be redriven.
Asked(r) == IF rq[r] = "seal" THEN "dead" ELSE "done"
\* The epoch of each run in S is over; it goes on in state s, or ends as it was asked to.
\* Redriven from the dead, it goes on under the next epoch.
Leave(S, s) ==
  /\ st' = [x \in Runs |-> IF x \in S THEN (IF rq[x] # "no" THEN Asked(x) ELSE s) ELSE st[x]]
  /\ comps' = [x \in Runs |-> IF x \in S /\ rq[x] # "no" THEN comps[x] + 1 ELSE comps[x]]
  /\ ep' = [x \in Runs |-> IF x \in S THEN ep[x] + 1 ELSE ep[x]]

\* The lease of each run in S ends other than by its holder's own last record.
FenceRec(e) == [t |-> "fence", ep |-> e, w |-> None, seq |-> 0]
EndLeases(S) ==
  /\ IF UseFence /\ WaitFence
     THEN st' = [x \in Runs |-> IF x \in S THEN "fencing" ELSE st[x]] /\ UNCHANGED <<ep, comps>>
     ELSE Leave(S, "queued")
  /\ jlog' = [x \in Runs |-> IF x \in S /\ UseFence /\ st[x] # "sealing"
                THEN Append(jlog[x], FenceRec(ep[x] + 1)) ELSE jlog[x]]
  /\ UNCHANGED <<holder, idx, yl, rq, tld, bar, red>>

\* TTL.  The worker's own deadline is earlier than the gate's, so the gate can decide this only
\* when the holder is dead, or has been past its own deadline (dropped the run, or is in a body).
Expire(r) ==
  /\ st[r] = "held"
  /\ LET h == holder[r]  t == task[h[1]][r] IN
       Dead(h) \/ (~hb[h[1]] /\ ~(t.ep = ep[r] /\ t.pc # "none" /\ ~t.stale))
  /\ EndLeases({r})
  /\ UNCHANGED <<miss, clog, plog, joff, dsp, ctl, wrk, bud, stands, viol>>

\* The grace of an asked run is over.
Grace(r) ==
  /\ st[r] = "held" /\ rq[r] # "no"
  /\ GraceMode = "blind" \/ (GraceMode \in {"told", "once"} /\ tld[r])
  /\ EndLeases({r})
  /\ UNCHANGED <<miss, clog, plog, joff, dsp, ctl, wrk, bud, stands, viol>>

\* Six minutes without an answer; a worker returns a dispatch older than five.
Unanswered(r) ==
  /\ st[r] = "disp" /\ UnansMode # "off"
  /\ ~\E d \in dsp : d.r = r /\ d.ep = ep[r]
  /\ UnansMode = "read" => ~\E i \in DOMAIN clog : clog[i].r = r /\ clog[i].ep = ep[r]
  /\ EndLeases({r})
  /\ UNCHANGED <<miss, clog, plog, joff, dsp, ctl, wrk, bud, stands, viol>>

\* The holder of a dispatched run is named; when the run was asked to end, it is told.
Name(r, wi) == /\ st' = [st EXCEPT ![r] = IF @ = "disp" THEN "held" ELSE @] /\ holder' = [holder EXCEPT ![r] = wi]
Tell(r, wi) == IF rq[r] # "no" THEN {Stop(wi, r, ep[r])} ELSE {}

\* SealBy = "claim": reading the claim throws; nothing of it is kept unless the sealing path names the holder.
ReadClaim ==
  /\ clog # <<>>
  /\ LET c == Head(clog)  r == c.r
         throws == /\ SealBy = "claim" /\ Use("seal") /\ rq[r] = "no"
                   /\ c.t = "claim" /\ c.ep = ep[r] /\ st[r] = "disp"
     IN
     /\ clog' = Tail(clog)
     /\ \/ /\ throws /\ Dec("seal") /\ rq' = [rq EXCEPT ![r] = "seal"]
           /\ IF SetAside = "known" THEN Name(r, c.w) /\ ctl' = ctl \cup {Stop(c.w, r, c.ep)}
                                    ELSE UNCHANGED <<st, holder, ctl>>
           /\ UNCHANGED <<ep, idx, yl, comps, tld, miss, bar, red, jlog>>
        \/ /\ UNCHANGED bud
           /\ CASE c.ep = ep[r] /\ st[r] = "disp" /\ c.t = "claim" ->
                     /\ Name(r, c.w)
                     /\ ctl' = IF Grant THEN ctl \cup {Go(c.w, r, c.ep)} ELSE ctl \cup Tell(r, c.w)
                     /\ UNCHANGED <<ep, idx, yl, comps, rq, tld, miss, bar, red, jlog>>
                [] c.ep = ep[r] /\ st[r] = "disp" /\ c.t = "return" ->
                     /\ Leave({r}, "queued")
                     /\ UNCHANGED <<holder, idx, yl, rq, tld, miss, bar, red, ctl, jlog>>
                [] c.ep = ep[r] /\ st[r] = "held" /\ c.t = "claim" /\ c.w # holder[r] ->
                     IF OnSecond = "stop"
                     THEN ctl' = ctl \cup {Stop(c.w, r, c.ep)} /\ UNCHANGED <<gate, jlog>>
                     ELSE /\ ctl' = ctl \cup {Stop(c.w, r, c.ep)}
                                  \cup (IF OnSecond = "both" THEN {Stop(holder[r], r, c.ep)} ELSE {})
                          /\ EndLeases({r}) /\ UNCHANGED miss
                [] c.t = "claim" /\ st[r] \in {"lost", "lostread"} ->
                     ctl' = ctl \cup {Stop(c.w, r, c.ep)} /\ UNCHANGED <<gate, jlog>>
                [] c.t = "claim" /\ (c.ep # ep[r] \/ st[r] \notin Live) ->
                     ctl' = ctl \cup {Stop(c.w, r, c.ep)} /\ UNCHANGED <<gate, jlog>>
                [] OTHER -> UNCHANGED <<gate, ctl, jlog>>
  /\ UNCHANGED <<plog, joff, dsp, wrk, stands, viol>>

ReadProgress ==
  /\ plog # <<>>
  /\ LET p == Head(plog)  r == p.r
         mine == {x \in Runs : st[x] = "held" /\ holder[x] = p.w}
         out == {x \in mine : <<x, ep[x]>> \notin p.named /\ (FullNum => <<x, ep[x]>> \in p.after)}
     IN
     /\ plog' = Tail(plog)
     /\ CASE p.t = "gone" -> EndLeases(mine) /\ UNCHANGED miss
          [] p.t = "full" ->
               /\ miss' = [x \in Runs |-> IF x \in out THEN miss[x] + 1 ELSE IF x \in mine THEN 0 ELSE miss[x]]
               /\ EndLeases({x \in out : miss[x] + 1 >= 2})
          [] p.t = "told" /\ r \in mine /\ p.ep = ep[r] ->
               tld' = [tld EXCEPT ![r] = TRUE]
               /\ UNCHANGED <<st, ep, holder, idx, yl, comps, rq, miss, bar, red, jlog>>
          [] p.t = "hb" /\ p.ep = ep[r] /\ st[r] = "disp" /\ ~Grant ->
               Name(r, p.w) /\ UNCHANGED <<ep, idx, yl, comps, rq, tld, miss, bar, red, jlog>>
          [] OTHER -> UNCHANGED <<gate, jlog>>
  /\ ctl' = LET p == Head(plog) IN
            IF p.t = "hb" /\ p.ep = ep[p.r] /\ st[p.r] = "disp" THEN ctl \cup Tell(p.r, p.w) ELSE ctl
  /\ UNCHANGED <<clog, joff, dsp, wrk, bud, stands, viol>>

\* Reads the fence of r's epoch.
FenceRead(r, j) ==
  IF st[r] = "lost" /\ j.ep = Inf
  THEN st' = [st EXCEPT ![r] = "lostread"] /\ UNCHANGED <<ep, holder, idx, yl, comps, rq, tld, miss, bar, red>>
  ELSE IF st[r] \in {"fencing", "sealing"} /\ j.ep = ep[r] + 1
  THEN /\ Leave({r}, IF yl[r] /\ ~NaiveFence THEN "wait" ELSE "queued")
       /\ yl' = [yl EXCEPT ![r] = FALSE] /\ UNCHANGED <<idx, holder, rq, tld, miss, bar, red>>
  ELSE IF NaiveFence /\ st[r] \in {"done", "wait"} /\ j.ep = ep[r] + 1
  THEN /\ ep' = [ep EXCEPT ![r] = @ + 1] /\ st' = [st EXCEPT ![r] = "queued"]
       /\ UNCHANGED <<idx, comps, holder, yl, rq, tld, miss, bar, red>>
  ELSE UNCHANGED gate

\* A holder's record that counts.
Counts(r, j, h2) ==
  CASE j.t = "step" ->
         /\ idx' = [idx EXCEPT ![r] = @ \cup {j.seq}] /\ holder' = h2
         /\ st' = IF st[r] = "disp" THEN [st EXCEPT ![r] = "held"] ELSE st
         /\ UNCHANGED <<ep, yl, comps, rq, tld, miss, bar, red>>
    [] j.t = "end" ->
         /\ comps' = [comps EXCEPT ![r] = @ + 1] /\ st' = [st EXCEPT ![r] = "done"]
         /\ holder' = h2 /\ UNCHANGED <<ep, idx, yl, rq, tld, miss, bar, red>>
    [] j.t = "yield" ->
         IF st[r] = "fencing" /\ ~NaiveFence /\ rq[r] = "no"
         THEN yl' = [yl EXCEPT ![r] = TRUE] /\ UNCHANGED <<st, ep, holder, idx, comps, rq, tld, miss, bar, red>>
         ELSE Leave({r}, "wait") /\ UNCHANGED <<holder, idx, yl, rq, tld, miss, bar, red>>

\* The turn of a holder's record throws: the run is sealed, the record set aside.
Throws(r, j, h2) ==
  /\ Use("seal") /\ rq[r] = "no"
  /\ \/ SealBy = "step" /\ j.t = "step"
     \/ SealBy = "last" /\ j.t \in {"end", "yield"}
  /\ rq' = [rq EXCEPT ![r] = "seal"] /\ Dec("seal")
  /\ IF j.t = "step"
     THEN /\ idx' = IF SetAside = "known" THEN [idx EXCEPT ![r] = @ \cup {j.seq}] ELSE idx
          /\ bar' = IF SetAside \in {"barred", "gap"} THEN [bar EXCEPT ![r] = TRUE] ELSE bar
          /\ holder' = h2 /\ st' = IF st[r] = "disp" THEN [st EXCEPT ![r] = "held"] ELSE st
          /\ ctl' = IF st[r] \in {"disp", "held"} THEN ctl \cup {Stop(j.w, r, ep[r])} ELSE ctl
          /\ UNCHANGED <<ep, yl, comps, tld, miss, red>>
     ELSE /\ IF SetAside = "known"
             THEN /\ st' = [st EXCEPT ![r] = "dead"] /\ comps' = [comps EXCEPT ![r] = @ + 1]
                  /\ ep' = [ep EXCEPT ![r] = @ + 1] /\ UNCHANGED <<holder, ctl>>
             ELSE /\ ctl' = IF st[r] \in {"disp", "held"} THEN ctl \cup {Stop(j.w, r, ep[r])} ELSE ctl
                  /\ holder' = h2 /\ st' = IF st[r] = "disp" THEN [st EXCEPT ![r] = "held"] ELSE st
                  /\ UNCHANGED <<ep, comps>>
          /\ UNCHANGED <<idx, yl, tld, miss, bar, red>>

ReadJournal(r) ==
  /\ joff[r] < Len(jlog[r])
  /\ LET j == jlog[r][joff[r] + 1]
         first == holder[r] = None
         mine == HolderCheck => (first \/ holder[r] = j.w)
         held == {"disp", "held", "sealing"} \cup (IF EndAtFence THEN {} ELSE {"fencing"})
         right == j.ep = ep[r] /\ st[r] \in held /\ mine
         gap == SetAside = "gap" /\ bar[r]
         ok == right /\ ~gap /\ ~(rq[r] = "seal" /\ SealRecs = "void")
         h2 == IF first THEN [holder EXCEPT ![r] = j.w] ELSE holder
         late == \E i \in 1..joff[r] : jlog[r][i].t = "fence" /\ jlog[r][i].ep > j.ep
     IN
     /\ joff' = [joff EXCEPT ![r] = @ + 1]
     /\ IF j.t = "fence" THEN FenceRead(r, j) /\ UNCHANGED <<ctl, bud>>
        ELSE IF ok THEN
          \/ Throws(r, j, h2)
          \/ /\ Counts(r, j, h2) /\ UNCHANGED bud
             /\ ctl' = IF j.t = "step" /\ first THEN ctl \cup Tell(r, j.w) ELSE ctl
        ELSE IF right /\ ~gap /\ SealMode = "ask" /\ j.t # "step"  \* void, but the lease is over: its holder says so
        THEN Leave({r}, "queued") /\ UNCHANGED <<holder, idx, yl, rq, tld, miss, bar, red, ctl, bud>>
        ELSE IF st[r] \in {"lost", "lostread"} /\ j.t = "step"
        THEN ctl' = ctl \cup {Stop(j.w, r, j.ep)} /\ UNCHANGED <<gate, bud>>
        ELSE UNCHANGED <<gate, ctl, bud>>
     /\ viol' = viol \cup (IF j.t # "fence" /\ ok /\ (late \/ (~first /\ holder[r] # j.w)) THEN {"I4"} ELSE {})
                     \cup (IF j.t # "fence" /\ right /\ ~late /\ ~ok THEN {"Ignored"} ELSE {})
  /\ UNCHANGED <<clog, plog, jlog, dsp, wrk, stands>>

WaitOver(r) == /\ st[r] = "wait" /\ st' = [st EXCEPT ![r] = "queued"]
               /\ UNCHANGED <<ep, holder, idx, yl, comps, rq, tld, miss, bar, red, logs, wrk, bud, stands, viol>>

\* A cancel or a time-out is read.  "now": the lease ends with it.  "ask": queued or waiting runs end;
\* a dispatched or held one is marked, its holder told; it ends by END, GONE, TTL or grace.
DoCancel(r) ==
  /\ st[r] \notin Over \cup {"lost", "lostread"} /\ rq[r] = "no"
  /\ rq' = [rq EXCEPT ![r] = "cancel"]
  /\ IF CancelMode = "now" \/ st[r] \in {"queued", "wait"}
     THEN st' = [st EXCEPT ![r] = "done"] /\ comps' = [comps EXCEPT ![r] = @ + 1]
     ELSE UNCHANGED <<st, comps>>
  /\ ctl' = IF st[r] = "held" THEN ctl \cup {Stop(holder[r], r, ep[r])} ELSE ctl
  /\ UNCHANGED <<ep, holder, idx, yl, tld, miss, bar, red, clog, plog, jlog, joff, dsp, wrk, stands, viol>>
Cancel(r) == Use("cxl") /\ Dec("cxl") /\ DoCancel(r)
\* A run whose body is stuck meets its max_duration in the end.
Overdue(r) == /\ st[r] = "held" /\ <<holder[r], r, ep[r]>> \in stk /\ ~Dead(holder[r])
              /\ DoCancel(r) /\ UNCHANGED bud

\* An exception in a turn about r that is not one of its holder's records.
Seal(r) ==
  /\ SealBy = "turn" /\ Use("seal") /\ Dec("seal") /\ st[r] \notin Over \cup {"lost", "lostread"} /\ rq[r] # "seal"
  /\ LET lease == st[r] \in {"disp", "held"}
         over == st[r] \in {"queued", "wait"} \/ (lease /\ SealMode = "dead") IN
     /\ rq' = [rq EXCEPT ![r] = "seal"]
     /\ st' = [st EXCEPT ![r] = IF over THEN "dead"
                                ELSE IF lease /\ SealMode = "fence" THEN "sealing"
                                ELSE IF lease /\ SealMode = "now" THEN "fencing" ELSE @]
     /\ comps' = IF over THEN [comps EXCEPT ![r] = @ + 1] ELSE comps
     /\ ep' = IF over /\ lease THEN [ep EXCEPT ![r] = @ + 1] ELSE ep
     /\ jlog' = IF lease /\ SealMode # "ask" THEN [jlog EXCEPT ![r] = Append(@, FenceRec(ep[r] + 1))] ELSE jlog
     /\ ctl' = IF st[r] = "held" THEN ctl \cup {Stop(holder[r], r, ep[r])} ELSE ctl
  /\ UNCHANGED <<holder, idx, yl, tld, miss, bar, red, clog, plog, joff, dsp, wrk, stands, viol>>

Redrive(r) ==
  /\ st[r] = "dead" /\ ~bar[r] /\ red[r] < MaxRedrive
  /\ st' = [st EXCEPT ![r] = "queued"] /\ red' = [red EXCEPT ![r] = @ + 1] /\ rq' = [rq EXCEPT ![r] = "no"]
  /\ UNCHANGED <<ep, holder, idx, yl, comps, tld, miss, bar, logs, wrk, bud, stands, viol>>

\* The gate starts and cannot read r's state: epoch, holder and index are unknown.
Unreadable(r) ==
  /\ Use("lost") /\ Dec("lost") /\ st[r] \notin Over \cup {"lost", "lostread"}
  /\ st' = [st EXCEPT ![r] = "lost"]
  /\ jlog' = [jlog EXCEPT ![r] = Append(@, FenceRec(Inf))]
  /\ ctl' = ctl \cup {Stop(WI(w), r, 0) : w \in {x \in Workers : alive[x]}}
  /\ UNCHANGED <<ep, holder, idx, yl, comps, rq, tld, miss, bar, red, clog, plog, joff, dsp, wrk, stands, viol>>
LostOver(r) ==
  /\ st[r] = "lostread"
  /\ LostMode = "quiet" =>
       /\ ~\E d \in dsp : d.r = r
       /\ ~\E i \in DOMAIN clog : clog[i].r = r
       /\ \A w \in Workers : ~(alive[w] /\ task[w][r].pc # "none" /\ ~task[w][r].stale)
  /\ st' = [st EXCEPT ![r] = "done"] /\ comps' = [comps EXCEPT ![r] = @ + 1]
  /\ UNCHANGED <<ep, holder, idx, yl, rq, tld, miss, bar, red, logs, wrk, bud, stands, viol>>

----------------------------------------------------------------------------
(* The workers *)
SetTask(w, r, t) == task' = [task EXCEPT ![w][r] = t]

Answer(w, d) ==
  /\ alive[w] /\ hb[w] /\ WI(w) \notin d.by
  /\ IF d.by = {} THEN TRUE ELSE ~ClaimExcl /\ Use("dup")
  /\ dsp' = LET d2 == [d EXCEPT !.by = @ \cup {WI(w)}] IN
            IF ClaimExcl THEN dsp \ {d} ELSE (dsp \ {d}) \cup {d2}
  /\ \/ /\ task[w][d.r].pc = "none"
        /\ clog' = Append(clog, [t |-> "claim", r |-> d.r, ep |-> d.ep, w |-> WI(w)])
        /\ SetTask(w, d.r, [pc |-> IF Grant \/ ClaimLag THEN "wait" ELSE "ready",
                            ep |-> d.ep, known |-> d.idx, stale |-> FALSE])
        /\ bud' = IF d.by = {} THEN bud ELSE [bud EXCEPT !["dup"] = @ - 1]
        /\ sent' = IF FullHb = "off" THEN sent ELSE sent \cup {<<WI(w), d.r, d.ep>>}
     \/ /\ Use("ret")
        /\ clog' = Append(clog, [t |-> "return", r |-> d.r, ep |-> d.ep, w |-> WI(w)])
        /\ bud' = [bud EXCEPT !["ret"] = @ - 1, !["dup"] = IF d.by = {} THEN @ ELSE @ - 1]
        /\ UNCHANGED <<task, sent>>
  /\ UNCHANGED <<gate, plog, jlog, joff, ctl, alive, inc, hb, net, said, stk, stands, viol>>
\* The worker skips a dispatch: lost or reset offsets.
NoDispatch(d) == /\ d.by = {} /\ Use("nodisp") /\ Dec("nodisp") /\ dsp' = dsp \ {d}
                 /\ UNCHANGED <<gate, clog, plog, jlog, joff, ctl, wrk, stands, viol>>
ClaimKnown(w, r) ==
  /\ ClaimLag /\ ~Grant /\ alive[w] /\ task[w][r].pc = "wait"
  /\ SetTask(w, r, [task[w][r] EXCEPT !.pc = "ready"])
  /\ UNCHANGED <<gate, logs, alive, inc, hb, sent, net, said, stk, bud, stands, viol>>

MyLease(w, r, e) == st[r] \in {"lost", "lostread"} \/ (ep[r] = e /\ st[r] \in Live)
StartStep(w, r) ==
  /\ alive[w] /\ task[w][r].pc = "ready" /\ ~task[w][r].stale
  /\ LET t == task[w][r]  n == Next1(t.known) IN
     /\ SetTask(w, r, [t EXCEPT !.pc = "body"])
     /\ viol' = viol \cup (IF n <= NSteps /\ n \in stands[r] THEN {"I3"} ELSE {})
                     \cup (IF ~MyLease(w, r, t.ep) THEN {"I5start"}
                           ELSE IF holder[r] \notin {None, WI(w)} THEN {"I5other"} ELSE {})
  /\ UNCHANGED <<gate, logs, alive, inc, hb, sent, net, said, stk, bud, stands>>

Rec(w, r, kind) == LET t == task[w][r]  n == Next1(t.known) IN [t |-> kind, ep |-> t.ep, w |-> WI(w), seq |-> n]
Land(r, rec) ==
  /\ jlog' = [jlog EXCEPT ![r] = Append(@, rec)]
  /\ stands' = IF rec.t = "step" /\ ~Fenced(r, rec.ep) THEN [stands EXCEPT ![r] = @ \cup {rec.seq}] ELSE stands

Stuck(w, r) ==
  /\ alive[w] /\ task[w][r].pc = "body" /\ Use("stuck") /\ Dec("stuck")
  /\ stk' = stk \cup {<<WI(w), r, task[w][r].ep>>}
  /\ UNCHANGED <<gate, logs, alive, inc, hb, task, sent, net, said, stands, viol>>
Finish(w, r) ==
  /\ alive[w] /\ task[w][r].pc = "body" /\ <<WI(w), r, task[w][r].ep>> \notin stk
  /\ LET t == task[w][r]  n == Next1(t.known) IN
     \/ /\ n <= NSteps /\ Land(r, Rec(w, r, "step")) /\ UNCHANGED bud
        /\ net' = IF t.stale THEN net \cup {[r |-> r, rec |-> [Rec(w, r, "yield") EXCEPT !.seq = @ + 1]]} ELSE net
        /\ SetTask(w, r, IF t.stale THEN NoTask ELSE [t EXCEPT !.pc = "ready", !.known = @ \cup {n}])
     \/ /\ n = NSteps + 1 /\ Land(r, Rec(w, r, "end")) /\ SetTask(w, r, NoTask) /\ UNCHANGED <<bud, net>>
     \/ /\ n <= NSteps /\ Use("yield") /\ Dec("yield") /\ Land(r, Rec(w, r, "yield")) /\ SetTask(w, r, NoTask)
        /\ UNCHANGED net
  /\ UNCHANGED <<gate, clog, plog, joff, dsp, ctl, alive, inc, hb, sent, said, stk, viol>>

HbList(w, r) ==
  /\ alive[w] /\ hb[w] /\ Use("hb") /\ Dec("hb") /\ task[w][r].pc # "none" /\ ~task[w][r].stale
  /\ plog' = Append(plog, [t |-> "hb", r |-> r, ep |-> task[w][r].ep, w |-> WI(w), named |-> {}, after |-> {}])
  /\ UNCHANGED <<gate, clog, jlog, joff, dsp, ctl, wrk, stands, viol>>

\* The worker lost track of a run: an Error on the way out.
Leak(w, r) ==
  /\ alive[w] /\ Use("leak") /\ Dec("leak") /\ task[w][r].pc \in {"ready", "body"} /\ SetTask(w, r, NoTask)
  /\ UNCHANGED <<gate, logs, alive, inc, hb, sent, net, said, stk, stands, viol>>
\* A full heartbeat, composed and appended at once (Clock.tla has it in flight).  Any number may come
\* anywhere: the first kind is bounded by a budget, the second is what a leak needs in the end.
Named(w) == LET pcs == IF FullHb = "sent" THEN {"wait", "ready", "body"} ELSE {"ready", "body"} IN
            {<<r, task[w][r].ep>> : r \in {x \in Runs : task[w][x].pc \in pcs}}
            \cup (IF FullHb = "sent" THEN {<<m.r, m.rec.ep>> : m \in {x \in net : x.rec.w = WI(w)}} ELSE {})
SayFull(w) == plog' = Append(plog, [t |-> "full", r |-> "all", ep |-> 0, w |-> WI(w), named |-> Named(w),
                                    after |-> {<<s[2], s[3]>> : s \in {x \in sent : x[1] = WI(w)}}])
Full(w) ==
  /\ FullHb # "off" /\ alive[w] /\ hb[w] /\ Use("hb") /\ Dec("hb") /\ SayFull(w)
  /\ UNCHANGED <<gate, clog, jlog, joff, dsp, ctl, wrk, stands, viol>>
FullNeeded(w) ==
  /\ FullHb # "off" /\ alive[w] /\ hb[w] /\ plog = <<>>
  /\ \E r \in Runs : st[r] = "held" /\ holder[r] = WI(w) /\ <<r, ep[r]>> \notin Named(w)
                     /\ joff[r] = Len(jlog[r]) /\ ~\E m \in net : m.r = r
  /\ SayFull(w)
  /\ UNCHANGED <<gate, clog, jlog, joff, dsp, ctl, wrk, bud, stands, viol>>
\* It was told to stop, and a body of it goes on: its heartbeats say so, the second kind as long as the
\* gate has not taken it in (it may read a heartbeat before the claim).
Told(w, r) == plog' = Append(plog, [t |-> "told", r |-> r, ep |-> task[w][r].ep, w |-> WI(w), named |-> {}, after |-> {}])
SayTold(w, r) ==
  /\ GraceMode \in {"told", "once"} /\ alive[w] /\ hb[w] /\ task[w][r].stale /\ <<WI(w), r, task[w][r].ep>> \notin said
  /\ said' = said \cup {<<WI(w), r, task[w][r].ep>>}
  /\ Told(w, r)
  /\ UNCHANGED <<gate, clog, jlog, joff, dsp, ctl, alive, inc, hb, task, sent, net, stk, bud, stands, viol>>
SayTaken(w, r) ==
  /\ GraceMode = "told" /\ alive[w] /\ hb[w] /\ task[w][r].stale /\ plog = <<>>
  /\ st[r] = "held" /\ holder[r] = WI(w) /\ ep[r] = task[w][r].ep /\ rq[r] # "no" /\ ~tld[r]
  /\ <<WI(w), r, task[w][r].ep>> \in said
  /\ Told(w, r)
  /\ UNCHANGED <<gate, clog, jlog, joff, dsp, ctl, wrk, bud, stands, viol>>

ReadCtl(w) == \E m \in ctl :
  /\ m.w[1] = w /\ (Dead(m.w) \/ hb[w])
  /\ ctl' = ctl \ {m}
  /\ LET t == task[w][m.r]
         me == m.w = WI(w) /\ alive[w] /\ (t.ep = m.ep \/ (m.ep = 0 /\ t.pc # "none")) IN
     /\ IF me
        THEN IF m.k = "stop" /\ t.pc = "wait" /\ ~StopKept THEN UNCHANGED task
             ELSE IF m.k = "go" THEN (IF t.pc = "wait" THEN SetTask(w, m.r, [t EXCEPT !.pc = "ready"]) ELSE UNCHANGED task)
             ELSE SetTask(w, m.r, IF t.pc = "body" THEN [t EXCEPT !.stale = TRUE] ELSE NoTask)
        ELSE UNCHANGED task
     /\ net' = IF me /\ m.k = "stop" /\ (t.pc = "ready" \/ (t.pc = "wait" /\ StopKept))
               THEN net \cup {[r |-> m.r, rec |-> Rec(w, m.r, "yield")]} ELSE net
  /\ UNCHANGED <<gate, clog, plog, jlog, joff, dsp, alive, inc, hb, sent, said, stk, bud, stands, viol>>

Outage(w) == /\ alive[w] /\ hb[w] /\ Use("out") /\ Dec("out") /\ hb' = [hb EXCEPT ![w] = FALSE]
             /\ UNCHANGED <<gate, logs, alive, inc, task, sent, net, said, stk, stands, viol>>
Resume(w) == /\ alive[w] /\ ~hb[w] /\ hb' = [hb EXCEPT ![w] = TRUE]
             /\ UNCHANGED <<gate, logs, alive, inc, task, sent, net, said, stk, bud, stands, viol>>
\* Its own deadline: it drops what it can drop; a step in its body stays in its body.
Deadline(w) ==
  /\ alive[w] /\ ~hb[w]
  /\ \E r \in Runs : task[w][r].pc # "none" /\ ~task[w][r].stale
  /\ task' = [task EXCEPT ![w] = [r \in Runs |-> LET t == task[w][r] IN
                IF t.pc = "body" THEN [t EXCEPT !.stale = TRUE] ELSE NoTask]]
  /\ net' = net \cup {[r |-> r, rec |-> Rec(w, r, "yield")] : r \in {x \in Runs : task[w][x].pc \in {"ready", "wait"}}}
  /\ UNCHANGED <<gate, logs, alive, inc, hb, sent, said, stk, bud, stands, viol>>
\* What does not stop by then is ended with the process.
Halt(w) ==
  /\ alive[w] /\ \E r \in Runs : task[w][r].stale /\ <<WI(w), r, task[w][r].ep>> \in stk
                                 /\ rq[r] = "no" \* told to stop by a second claim, or past its deadline
  /\ alive' = [alive EXCEPT ![w] = FALSE] /\ task' = [task EXCEPT ![w] = [r \in Runs |-> NoTask]]
  /\ UNCHANGED <<gate, logs, inc, hb, sent, net, said, stk, bud, stands, viol>>

Crash(w) ==
  /\ alive[w] /\ Use("crash") /\ Dec("crash")
  /\ alive' = [alive EXCEPT ![w] = FALSE] /\ task' = [task EXCEPT ![w] = [r \in Runs |-> NoTask]]
  /\ \/ UNCHANGED net
     \/ \E r \in Runs : /\ task[w][r].pc = "body"       \* its last record is on the wire
                        /\ net' = net \cup {[r |-> r, rec |-> Rec(w, r, IF Next1(task[w][r].known) <= NSteps THEN "step" ELSE "end")]}
  /\ UNCHANGED <<gate, logs, inc, hb, sent, said, stk, stands, viol>>
NetLand == \E m \in net : /\ net' = net \ {m} /\ Land(m.r, m.rec)
  /\ UNCHANGED <<gate, clog, plog, joff, dsp, ctl, alive, inc, hb, task, sent, said, stk, bud, viol>>
Restart(w) == /\ ~alive[w] /\ inc[w] < MaxInc
  /\ alive' = [alive EXCEPT ![w] = TRUE] /\ inc' = [inc EXCEPT ![w] = @ + 1] /\ hb' = [hb EXCEPT ![w] = TRUE]
  /\ UNCHANGED <<gate, logs, task, sent, net, said, stk, bud, stands, viol>>
SayGone(w) == \E i \in 1..inc[w] :
  /\ <<w, i>> \notin said /\ (GoneTrue => Dead(<<w, i>>))
  /\ said' = said \cup {<<w, i>>}
  /\ plog' = Append(plog, [t |-> "gone", r |-> "all", ep |-> 0, w |-> <<w, i>>, named |-> {}, after |-> {}])
  /\ UNCHANGED <<gate, clog, jlog, joff, dsp, ctl, alive, inc, hb, task, sent, net, stk, bud, stands, viol>>

----------------------------------------------------------------------------
\* What happens in the end where nothing but faults is left out.
FairNext ==
  \/ ReadClaim \/ ReadProgress \/ NetLand
  \/ \E r \in Runs : Dispatch(r) \/ Expire(r) \/ Grace(r) \/ Unanswered(r) \/ ReadJournal(r) \/ WaitOver(r)
                     \/ LostOver(r) \/ Overdue(r)
  \/ \E w \in Workers : \/ ReadCtl(w) \/ Resume(w) \/ Restart(w) \/ FullNeeded(w) \/ Halt(w)
                        \/ \E d \in dsp : d.by = {} /\ Answer(w, d)
                        \/ \E r \in Runs : ClaimKnown(w, r) \/ StartStep(w, r) \/ Finish(w, r) \/ SayTold(w, r)
                                           \/ SayTaken(w, r)
Next ==
  \/ ReadClaim \/ ReadProgress \/ NetLand
  \/ \E r \in Runs : \/ Dispatch(r) \/ Expire(r) \/ Grace(r) \/ Unanswered(r) \/ ReadJournal(r) \/ WaitOver(r)
                     \/ LostOver(r) \/ Overdue(r) \/ Cancel(r) \/ Seal(r) \/ Redrive(r) \/ Unreadable(r)
  \/ \E d \in dsp : NoDispatch(d)
  \/ \E w \in Workers : \/ ReadCtl(w) \/ Outage(w) \/ Resume(w) \/ Deadline(w) \/ Halt(w) \/ Crash(w) \/ Restart(w)
                        \/ SayGone(w) \/ Full(w) \/ FullNeeded(w)
                        \/ \E d \in dsp : Answer(w, d)
                        \/ \E r \in Runs : ClaimKnown(w, r) \/ StartStep(w, r) \/ Stuck(w, r) \/ Finish(w, r)
                                           \/ HbList(w, r) \/ Leak(w, r) \/ SayTold(w, r) \/ SayTaken(w, r)
Spec == Init /\ [][Next]_vars

----------------------------------------------------------------------------
Exec(w, r) == alive[w] /\ task[w][r].pc = "body" /\ ~task[w][r].stale
I1 == Cardinality(Leases) <= Cap /\ "I1" \notin viol
I2 == \A r \in Runs : comps[r] <= 1 + red[r]
I2over == \A r \in Runs : st[r] \in Over => comps[r] = 1 + red[r]
I3 == "I3" \notin viol
I4 == "I4" \notin viol
Ignored == "Ignored" \notin viol          \* a record that stands before the fence of its epoch has its effect
I5start == "I5start" \notin viol          \* no step is started after the lease's end
I5other == "I5other" \notin viol          \* no step is started by somebody who is not the holder
I5two == \A r \in Runs : \A a, b \in Workers : Exec(a, r) /\ Exec(b, r) => a = b
Key(j) == IF KeyWorker THEN <<j.ep, j.w, j.seq, j.t>> ELSE <<j.ep, j.seq, j.t>>
KeySafe == \A r \in Runs : \A i, k \in DOMAIN jlog[r] :
             i < k /\ jlog[r][i].t \in {"step", "end"} => Key(jlog[r][i]) # Key(jlog[r][k])
\* Every fair action uses something up (epochs, records, budgets): no behaviour is infinite.  So "eventually
\* over, under weak fairness" is: where nothing but faults can still happen, every run is over.
NoStuck == (\A r \in Runs : st[r] \in Over \/ ep[r] > MaxEp) \/ ENABLED FairNext
NotDone == \A r \in Runs : st[r] # "done"     \* to see that runs can end at all
NotRedriven == \A r \in Runs : ~(st[r] = "done" /\ red[r] > 0)
Bounded == (BCrash - bud.crash) + (BOut - bud.out) + (BRet - bud.ret) + (BDup - bud.dup) + (BYield - bud.yield)
           + (BHb - bud.hb) + (BStuck - bud.stuck) + (BLeak - bud.leak) + (BNoDisp - bud.nodisp) <= BTotal
Perms == Permutations(Workers)
Perms2 == Permutations(Workers) \cup Permutations(Runs)
=============================================================================
