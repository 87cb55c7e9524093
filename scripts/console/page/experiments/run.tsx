import { useEffect, useState } from 'preact/hooks'
import type { LastResult } from '../../experiments/last-results.ts'
import type { RunState, ShownCheck } from '../../experiments/run-state.ts'
import type { Wall } from '../../wall/wall.ts'
import { useFeed } from '../server.ts'
import { headline, signs, tones } from '../wall/words.ts'
import { compare, steps, verdictWords } from './run-view.ts'

interface RunProps {
  readonly run: RunState
  readonly last: LastResult | undefined
  readonly mayAct: boolean
  readonly abort: () => void
}

/** A run as it goes on: where it is, and what it has measured, beside the same without the rule. */
export function Run({ run, last, mayAct, abort }: RunProps) {
  const { name, hypothesis, checks, ended, isAborting } = run
  const isOver = ended !== undefined
  const words = ended && verdictWords(ended.verdict)
  return (
    <section class={`card run ${words?.tone ?? ''}`} aria-label={`Run of ${name}`}>
      <div class="experiments-head">
        <h2>
          {name} <span class={`badge ${words?.tone ?? ''}`}>{words?.text ?? (isAborting ? 'putting everything back …' : 'running')}</span>
        </h2>
        {isOver ? (
          <a class="button" href="/report" target="_blank" rel="noopener">
            Open the report
          </a>
        ) : (
          <>
            <Elapsed since={run.startedAt} />
            {mayAct && (
              <button type="button" class="button stop" disabled={isAborting} onClick={abort}>
                Abort
              </button>
            )}
          </>
        )}
      </div>
      <p class="hypothesis">{hypothesis}</p>
      {ended?.reason !== undefined && <p class="away">{ended.reason}</p>}
      {ended && ended.remains.length > 0 && (
        <p class="away" role="alert">
          Still broken: {ended.remains.join('; ')}
        </p>
      )}
      <ol class="steps">
        {steps(run).map((step) => (
          <li key={step.name} data-state={step.state} aria-current={step.state === 'now' ? 'step' : undefined}>
            <span aria-hidden="true">{{ done: '✓', now: '▶', 'to come': '○' }[step.state]}</span> {step.name}
          </li>
        ))}
      </ol>
      {!isOver && <LiveBreakers />}
      {checks.observation === undefined && !isOver && <CheckList title="Steady state" checks={checks['steady state'] ?? []} isOpen />}
      <Compared run={run} last={last} />
      <CheckList title="Business invariants" checks={checks.invariants ?? []} />
      <Events run={run} />
      <details hidden={run.lines.length === 0}>
        <summary>What it says ({run.lines.length} lines)</summary>
        <ol class="lines-said small">
          {run.lines.map((line, index) => (
            <li key={index}>{line}</li>
          ))}
        </ol>
      </details>
    </section>
  )
}

const outcomes = {
  holds: { sign: '✓', word: 'holds' },
  fails: { sign: '✗', word: 'fails' },
  open: { sign: '?', word: 'not judged' },
  pending: { sign: '○', word: 'not measured yet' },
} as const

function Sign({ outcome }: { outcome: keyof typeof outcomes }) {
  return (
    <span class="sign" role="img" aria-label={outcomes[outcome].word}>
      {outcomes[outcome].sign}
    </span>
  )
}

/** Every check with what was seen with the rule and without it. */
function Compared({ run: { checks, change, ended, controlFailedAsItMust }, last }: { run: RunState; last: LastResult | undefined }) {
  const rows = compare(checks.observation, checks['negative control'], last, ended !== undefined)
  const removed = change || last?.change
  if (rows.length === 0) return null
  return (
    <table class="compared">
      <thead>
        <tr>
          <th scope="col">Check</th>
          <th scope="col">With the rule</th>
          <th scope="col">
            Negative control{removed && <span class="removed">{removed}</span>}
            {controlFailedAsItMust !== undefined && (
              <span class={`badge ${controlFailedAsItMust ? 'good' : 'bad'}`}>
                {controlFailedAsItMust ? '✓ failed, as it must' : '✗ did not fail as it must'}
              </span>
            )}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ name, expected, withRule, withoutRule }, index) => (
          <tr key={index}>
            <th scope="row">
              {name} <span class="small quiet number">expected {expected}</span>
            </th>
            <Seen of="with the rule" check={withRule} />
            <Seen of="without it" check={withoutRule} />
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Seen({ of, check }: { of: string; check: ShownCheck | undefined }) {
  return (
    <td class="turns number" data-outcome={check?.outcome ?? 'pending'} data-of={of}>
      <Sign outcome={check?.outcome ?? 'pending'} /> {check?.actual}
    </td>
  )
}

function CheckList({ title, checks, isOpen = false }: { title: string; checks: readonly ShownCheck[]; isOpen?: boolean }) {
  if (checks.length === 0) return null
  const holding = checks.filter(({ outcome }) => outcome === 'holds').length
  return (
    <details open={isOpen || holding < checks.length}>
      <summary>
        {title}: {holding} of {checks.length} hold
      </summary>
      <ul class="check-list">
        {checks.map(({ name, expected, actual, outcome }, index) => (
          <li key={index} class="turns" data-outcome={outcome}>
            <Sign outcome={outcome} />
            <span>
              {name}
              <span class="small values number">
                expected {expected}, observed {actual}
              </span>
            </span>
          </li>
        ))}
      </ul>
    </details>
  )
}

/** What the breakers do meanwhile, in a line; the wall has the rest. */
function LiveBreakers() {
  const { message } = useFeed<Wall>('/wall')
  if (message === undefined) return null
  const { text, state } = headline(message)
  return (
    <p class="live">
      <span class={`badge turns ${tones[state]}`}>
        <span aria-hidden="true">{signs[state]}</span> {text}
      </span>{' '}
      <a href="#/wall">Breaker wall</a>
    </p>
  )
}

function Events({ run: { events } }: { run: RunState }) {
  if (events.length === 0) return null
  return (
    <>
      <h3>What it did</h3>
      <ol class="run-events small">
        {events.map(({ of, atMs, what }) => (
          <li key={`${atMs} ${what}`}>
            <span class="number quiet">{(atMs / 1000).toFixed(1)} s</span> {what}
            {of === 'negative control' && <span class="quiet"> (negative control)</span>}
          </li>
        ))}
      </ol>
    </>
  )
}

function Elapsed({ since }: { since: number }) {
  const [now, setNow] = useState(Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [])
  return <span class="quiet number">{Math.max(0, Math.round((now - since) / 1000))} s</span>
}
