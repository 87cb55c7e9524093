import type { StoryEntry, StoryMessage } from '../../order-story/story.ts'
import { duration } from '../format.ts'
import { numbersOf } from './axis-layout.ts'

const marks = { step: '', refusal: 'refused', compensation: 'undone', end: '' } as const

/** Every event of the order, as `npx breakwater events show` prints them. */
export function EventList({
  message: { story, mesh, breakers },
  beginMs,
  atMs,
  onMoment,
}: {
  readonly message: StoryMessage
  readonly beginMs: number
  readonly atMs: number | undefined
  readonly onMoment: (atMs: number) => void
}) {
  const numbers = numbersOf(story.entries)
  const ids = new Map([...numbers].flatMap(([entry, number]) => (entry.kind === 'event' ? [[entry.id, number] as const] : [])))
  const shown = story.entries.filter((entry) => numbers.has(entry))
  return (
    <section class="card" aria-labelledby="events-title">
      <h3 id="events-title">
        Events <span class="quiet small">{shown.length}</span>
      </h3>
      <ol class="events">
        {shown.map((entry) => (
          <li
            key={entry.place}
            class={`${atMs !== undefined && entry.atMs > atMs ? 'later' : ''}`}
            data-type={entry.type}
            data-service={entry.service}
          >
            <button type="button" onClick={() => onMoment(entry.atMs)} title="Show the state after this event">
              <span class={`mark ${entry.kind === 'event' ? entry.role : 'letter'}`}>{numbers.get(entry)}</span>
              <span class="what">
                <span class="text">{entry.text}</span>
                <span class="quiet small">
                  {entry.service} · {entry.type.slice(entry.type.indexOf('.') + 1)}
                  {entry.version > 0 && ` v${entry.version}`} · {because(entry, ids)}
                  {entry.kind === 'event' && marks[entry.role] && <b class={`badge ${entry.role}`}>{marks[entry.role]}</b>}
                </span>
              </span>
              <span class="quiet small number">+{duration(entry.atMs - beginMs)}</span>
            </button>
          </li>
        ))}
      </ol>
      {mesh.length + breakers.length > 0 && (
        <>
          <h3>What the mesh did</h3>
          <ul class="mesh-marks">
            {mesh.map(({ atMs, caller, destination, text, kind }) => (
              <li key={`${atMs} ${caller} ${text}`}>
                <span class={`mark-shape ${kind}`} aria-hidden="true">
                  {kind === 'retry' ? '◆' : '▲'}
                </span>{' '}
                {caller} → {destination}: {text} <span class="quiet small number">+{duration(atMs - beginMs)}</span>
              </li>
            ))}
            {breakers.map(({ atMs, caller, host, from, to, cause }) => (
              <li key={`${atMs} ${caller} ${host} ${to}`}>
                <span class="mark-shape breaker" aria-hidden="true">
                  ■
                </span>{' '}
                Breaker {caller} → {host}: {from} → {to}
                {cause !== undefined && ` (${cause})`} <span class="quiet small number">+{duration(atMs - beginMs)}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  )
}

function because({ because }: StoryEntry, numbers: ReadonlyMap<string, number>): string {
  if (!because) return 'asked for'
  if (because.event === 'timer') return `by a timer → ${because.command}`
  const number = numbers.get(because.event)
  return number === undefined ? `cause unknown` : `because of ${number} → ${because.command}`
}
