import { useRef, useState } from 'preact/hooks'
import type { BreakerChange, HostBreaker, PoolBreaker } from '../../../breaker-watch/breaker.ts'
import type { CallerRow, DestinationCard, Wall } from '../../wall/wall.ts'
import { useFeed } from '../server.ts'
import type { ViewProps } from '../view.ts'
import { type History, keptMs, nextHistory, type Point, rateNow, trackKey } from './history.ts'
import { sparkline } from './sparkline.ts'
import { counted, headline, milliseconds, plain, rate, returnProgress, returnsIn, signs, tones } from './words.ts'
import './wall.css'

/** Every breaker in use: a card a destination, a row a caller, a tile its pool and each host. */
export function WallView({ query, go }: ViewProps) {
  const all = query.get('all') === 'yes'
  const history = useRef<History>(new Map())
  // Stays while another selection of the same is asked for.
  const last = useRef<Wall | undefined>(undefined)
  const {
    message = last.current,
    state,
    error,
  } = useFeed<Wall>(all ? '/wall?all=yes' : '/wall', (wall) => {
    history.current = nextHistory(history.current, wall)
    last.current = wall
  })
  if (message === undefined)
    return (
      <p class="headline" role="status">
        {error ?? (state === 'away' ? 'The console does not answer' : 'Looking …')}
      </p>
    )
  const { text, state: worst } = headline(message)
  return (
    <>
      {state === 'away' && <p class="away">{error ?? 'The console does not answer: this is what was seen last.'}</p>}
      <p class={`headline turns ${tones[worst]}`} role="status">
        <span aria-hidden="true">{signs[worst]}</span> {text}
      </p>
      {message.cards.length === 0 && (
        <p class="quiet">No caller has asked anything yet. Open a page of the shop or run an experiment, and its breakers appear here.</p>
      )}
      <Cards cards={message.cards.filter(({ isGuarded }) => isGuarded)} history={history.current} nowMs={message.atMs} />
      <Unguarded cards={message.cards.filter(({ isGuarded }) => !isGuarded)} history={history.current} nowMs={message.atMs} />
      {(message.unused > 0 || all) && (
        <p>
          <button type="button" class="button" onClick={() => go(all ? '#/wall' : '#/wall?all=yes')}>
            {all ? 'Hide what nobody has used' : `Show ${counted(message.unused, 'pair')} of caller and destination that nobody has used`}
          </button>
        </p>
      )}
      <Changes changes={message.changes} />
    </>
  )
}

interface Drawn {
  readonly history: History
  readonly nowMs: number
}

function Cards({ cards, ...drawn }: { cards: readonly DestinationCard[] } & Drawn) {
  if (cards.length === 0) return null
  return (
    <div class="wall">
      {cards.map((card) => (
        <Card key={card.key} card={card} {...drawn} />
      ))}
    </div>
  )
}

/** Asked by somebody, and nothing would be ejected there or was refused. */
function Unguarded({ cards, ...drawn }: { cards: readonly DestinationCard[] } & Drawn) {
  const [isOpen, setOpen] = useState(false)
  if (cards.length === 0) return null
  return (
    <details class="unguarded" open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        {cards.length === 1 ? 'One destination has' : `${cards.length} destinations have`} no rule that ejects:{' '}
        {cards.map(({ title }) => title).join(', ')}
      </summary>
      {isOpen && <Cards cards={cards} {...drawn} />}
    </details>
  )
}

function Card({ card, history, nowMs }: { card: DestinationCard } & Drawn) {
  return (
    <section
      class="card destination"
      aria-label={card.title}
      style={{ '--tiles': Math.max(...card.rows.map(({ hosts }) => hosts.length + 1)) }}
    >
      <h2>
        {card.title} <small class="quiet">{`${card.hostname}:${card.port}`}</small>
      </h2>
      {card.rows.map((row) => (
        <Row key={row.caller} card={card.key} row={row} history={history} nowMs={nowMs} />
      ))}
    </section>
  )
}

function Row({ card, row: { caller, pool, hosts, isSilent }, history, nowMs }: { card: string; row: CallerRow } & Drawn) {
  const points = (host: string): readonly Point[] => history.get(trackKey(card, caller, host))?.points ?? []
  return (
    <div class={isSilent ? 'caller silent' : 'caller'}>
      <h3>
        <span class="quiet">from</span> {caller} {isSilent && <span class="badge warn">its proxy does not answer</span>}
      </h3>
      <ul class="tiles">
        <PoolTile pool={pool} points={points(pool.host)} nowMs={nowMs} />
        {hosts.map((host) => (
          <HostTile key={host.host} host={host} points={points(host.host)} nowMs={nowMs} />
        ))}
      </ul>
    </div>
  )
}

export function HostTile({ host, points, nowMs }: { host: HostBreaker; points: readonly Point[]; nowMs: number }) {
  const { state, requests, failed, failuresInARow, ejectsAt, ejections } = host
  const progress = returnProgress(host, nowMs)
  return (
    <li class={`tile turns ${state}`} data-caller={host.caller} data-host={host.host} data-state={state}>
      <p class="name">{host.host}</p>
      <p class="state">
        <span aria-hidden="true">{signs[state]}</span> {state}
      </p>
      {state === 'ejected' ? (
        <div class="return">
          <p class="number">{returnsIn(host, nowMs) ?? <span class="unseen">since before anybody looked</span>}</p>
          {progress !== undefined && (
            <div class="track" aria-hidden="true">
              <div style={{ width: `${(progress * 100).toFixed(1)}%` }} />
            </div>
          )}
          {host.cause !== undefined && <p class="small">{host.cause}</p>}
        </div>
      ) : (
        <>
          <p class="rate number">
            {rate(rateNow(points))} <small>requests/s</small>
          </p>
          <Lines
            nowMs={nowMs}
            lines={[
              { name: 'all', points: points.map(({ atMs, perSecond }) => ({ atMs, value: perSecond })) },
              { name: 'failed', points: points.map(({ atMs, failedPerSecond }) => ({ atMs, value: failedPerSecond })) },
            ]}
          />
          {ejectsAt !== undefined && <FailuresInARow failures={failuresInARow} ejectsAt={ejectsAt} />}
        </>
      )}
      <p class="small quiet number">
        {counted(requests, 'request')}
        {failed > 0 && `, ${plain(failed)} failed`}
        {ejections > 0 && `, ejected ${ejections === 1 ? 'once' : `${ejections} times`}`}
      </p>
    </li>
  )
}

/** More than these are not counted by eye. */
const mostDots = 10

function FailuresInARow({ failures, ejectsAt }: { failures: number; ejectsAt: number }) {
  const shown = Math.min(failures, ejectsAt)
  return (
    <p class={`small failures number${shown > 0 ? ' some' : ''}`}>
      {ejectsAt <= mostDots && (
        <span class="dots" aria-hidden="true">
          {'●'.repeat(shown)}
          {'○'.repeat(ejectsAt - shown)}
        </span>
      )}{' '}
      {shown} of {ejectsAt} failures in a row
    </p>
  )
}

export function PoolTile({ pool, points, nowMs }: { pool: PoolBreaker; points: readonly Point[]; nowMs: number }) {
  const { state, refused, latencyMs, cause } = pool
  const timed = points.flatMap(({ atMs, p50, p99 }) => (p50 === undefined || p99 === undefined ? [] : [{ atMs, p50, p99 }]))
  return (
    <li class={`tile pool turns ${state}`} data-caller={pool.caller} data-host={pool.host} data-state={state}>
      <p class="name">pool</p>
      <p class="state">
        <span aria-hidden="true">{signs[state]}</span> {state}
      </p>
      {latencyMs ? (
        <>
          <p class="rate number">
            {milliseconds(latencyMs.p50)} <small>ms median</small> · {milliseconds(latencyMs.p99)} <small>ms p99</small>
          </p>
          <Lines
            nowMs={nowMs}
            lines={[
              { name: 'p99', points: timed.map(({ atMs, p99 }) => ({ atMs, value: p99 })) },
              { name: 'p50', points: timed.map(({ atMs, p50 }) => ({ atMs, value: p50 })) },
            ]}
          />
        </>
      ) : (
        <p class="rate quiet">
          <small>no times yet</small>
        </p>
      )}
      {state === 'overflow' && cause !== undefined && <p class="small">{cause.replaceAll('_', ' ')}</p>}
      <p class={`small number ${refused > 0 ? 'refused' : 'quiet'}`}>{refused > 0 ? `${plain(refused)} refused` : 'nothing refused'}</p>
    </li>
  )
}

interface Line {
  readonly name: string
  readonly points: readonly { readonly atMs: number; readonly value: number }[]
}

const box = { width: 160, height: 30 }

/** The last minute, without numbers: those stand beside it. */
function Lines({ lines, nowMs }: { lines: readonly Line[]; nowMs: number }) {
  const top = Math.max(1, ...lines.flatMap(({ points }) => points.map(({ value }) => value)))
  return (
    <svg class="sparkline" viewBox={`0 0 ${box.width} ${box.height}`} preserveAspectRatio="none" aria-hidden="true">
      {lines
        .filter(({ points }) => points.some(({ value }) => value > 0))
        .map(({ name, points }) => (
          <path key={name} class={name} d={sparkline(points, { nowMs, spanMs: keptMs, top: top * 1.1, ...box })} />
        ))}
    </svg>
  )
}

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' })

export function Changes({ changes }: { changes: readonly BreakerChange[] }) {
  if (changes.length === 0) return null
  return (
    <section class="breaker-changes">
      <h2>What changed</h2>
      <ol>
        {changes.map(({ atMs, caller, host, from, to, cause, lastedMs }) => (
          <li key={`${atMs} ${caller} ${host}`}>
            <time class="quiet number">{clock.format(atMs)}</time> {caller}: <b>{host}</b> {from} →{' '}
            <span class={`badge ${tones[to]}`}>
              <span aria-hidden="true">{signs[to]}</span> {to}
            </span>{' '}
            <span class="quiet">
              {cause}
              {lastedMs !== undefined && from !== 'closed' && ` after ${(lastedMs / 1000).toFixed(1)} s`}
            </span>
          </li>
        ))}
      </ol>
    </section>
  )
}
