import type { BreakerState } from '../../../breaker-watch/breaker.ts'
import type { CallTraffic, MapMessage } from '../../map/traffic.ts'
import { useFeed } from '../server.ts'
import { useWidth } from '../use-width.ts'
import { type MapLayout, mapLayout, type Point } from './layout.ts'
import './map.css'

/** Who calls whom and who hears whom, with what goes on between them now. */
export function MapView() {
  const { message, error } = useFeed<MapMessage>('/map')
  return (
    <>
      {error && <p class="away">{error}</p>}
      <section class="card map" aria-labelledby="map-title">
        <h2 id="map-title">Map</h2>
        <p class="quiet">
          Calls go through the mesh, from the callers’ proxies to the services. Events go through Kafka: each line is a topic, a full stop
          its publisher, an open one a subscriber.
        </p>
        {message ? <Picture message={message} /> : <p class="quiet">Asking the proxies…</p>}
        <ul class="legend">
          <li>
            <span class="stroke quiet-stroke" aria-hidden="true" /> no requests
          </li>
          {(['closed', 'overflow', 'ejected', 'probation'] as const).map((state) => (
            <li key={state}>
              <span class={`stroke ${state}`} aria-hidden="true" /> {meanings[state]}
            </li>
          ))}
        </ul>
      </section>
      {message && (
        <div class="map-lists">
          <Calls calls={message.calls} />
          <Topics message={message} />
        </div>
      )}
    </>
  )
}

const meanings: Readonly<Record<BreakerState, string>> = {
  closed: 'closed',
  overflow: 'pool is full',
  ejected: 'a host is ejected',
  probation: 'a host is back, not proven',
}

function Picture({ message: { topology, calls, topics } }: { readonly message: MapMessage }) {
  const { width, ref } = useWidth()
  if (width === 0) return <div ref={ref} />
  const layout = mapLayout(topology, width)
  const records = new Map(topics.map(({ name, records }) => [name, records]))
  return (
    <div ref={ref}>
      <svg
        width={layout.width}
        height={layout.height}
        role="img"
        aria-label={`Map of ${layout.nodes.length} services; the tables below say the same.`}
      >
        {layout.topics.map((topic) => {
          const rate = records.get(topic.name) ?? 0
          return (
            <g key={topic.name} class={`topic ${rate > 0 ? 'busy' : ''}`} data-topic={topic.name}>
              <title>{`${topic.name}: ${perSecond(rate)}`}</title>
              {topic.stops.map(({ service, at, node }) => (
                <line key={service} class="drop" x1={node.x} y1={node.y} x2={at.x} y2={at.y} />
              ))}
              <line class="line" x1={topic.from.x} y1={topic.from.y} x2={topic.to.x} y2={topic.to.y} />
              {topic.stops.map(({ service, at, isPublisher }) => (
                <circle
                  key={service}
                  class={isPublisher ? 'publisher' : 'subscriber'}
                  cx={at.x}
                  cy={at.y}
                  r={layout.isUpright ? 3.5 : 5}
                  data-service={service}
                />
              ))}
              <TopicName layout={layout} topic={topic} rate={rate} />
            </g>
          )
        })}
        {layout.calls.map(({ from, to, points }) => (
          <Call
            key={`${from} ${to}`}
            traffic={calls.find((call) => call.from === from && call.to === to)}
            from={from}
            to={to}
            points={points}
            isUpright={layout.isUpright}
          />
        ))}
        {layout.nodes.map(({ name, x, y, width, height }) => (
          <g key={name} class={`service ${serviceState(name, calls)}`} data-service={name} transform={`translate(${x} ${y})`}>
            <title>{topology.services.find((service) => service.name === name)?.owns}</title>
            <rect width={width} height={height} rx="9" />
            <text class={`name ${layout.isUpright ? 'small-name' : ''}`} x={width / 2} y={layout.isUpright ? 21 : 23} text-anchor="middle">
              {name}
            </text>
            {!layout.isUpright && (
              <text class="hosts" x={width / 2} y="41" text-anchor="middle">
                {asCalled(name, calls)}
              </text>
            )}
          </g>
        ))}
      </svg>
    </div>
  )
}

function TopicName({
  layout,
  topic,
  rate,
}: {
  readonly layout: MapLayout
  readonly topic: MapLayout['topics'][number]
  readonly rate: number
}) {
  const { from, name } = topic
  const text = `${name}${rate > 0 ? `  ${perSecond(rate)}` : ''}`
  if (layout.isUpright)
    return (
      <text class="topic-name" transform={`translate(${from.x + 4} ${122}) rotate(-90)`}>
        {text}
      </text>
    )
  const publisher = topic.stops.find(({ isPublisher }) => isPublisher)
  return (
    <text class="topic-name" x={(publisher?.at.x ?? from.x) + 9} y={from.y - 6}>
      {text}
    </text>
  )
}

interface CallProps {
  readonly traffic: CallTraffic | undefined
  readonly from: string
  readonly to: string
  readonly points: readonly [Point, Point, Point, Point]
  readonly isUpright: boolean
}

function Call({ traffic, from, to, points, isUpright }: CallProps) {
  const [a, b, c, d] = points
  const rate = traffic?.requests ?? 0
  const isLoud = rate > 0 || (traffic?.refused ?? 0) > 0 || (traffic?.state !== undefined && traffic.state !== 'closed')
  return (
    <g class={`call ${isLoud ? (traffic?.state ?? 'closed') : 'idle'}`} data-from={from} data-to={to}>
      <title>{`${from} → ${to}: ${said(traffic)}`}</title>
      <path d={`M${a.x} ${a.y} C${b.x} ${b.y} ${c.x} ${c.y} ${d.x} ${d.y}`} stroke-width={1.5 + Math.min(5, Math.log2(1 + rate))} />
      <path class="head" d={isUpright ? `M${d.x} ${d.y} l-7 -4 v8 Z` : `M${d.x} ${d.y} l-4.5 -8 h9 Z`} />
      {isLoud && !isUpright && (
        <text class="rate number" x={d.x} y={d.y - 14} text-anchor="middle">
          {perSecond(rate)}
        </text>
      )}
    </g>
  )
}

/** A rate that a person reads at a glance. */
function perSecond(rate: number): string {
  return `${rate === 0 ? '0' : rate < 10 ? rate.toFixed(1) : Math.round(rate).toLocaleString('en')}/s`
}

function said(traffic: CallTraffic | undefined): string {
  if (!traffic?.state) return 'no proxy has told of it yet'
  const { requests, failed, refused, state, ejected, hosts } = traffic
  return [
    `${perSecond(requests)}`,
    failed > 0 && `${perSecond(failed)} failed`,
    refused > 0 && `${perSecond(refused)} refused`,
    ejected > 0 ? `${ejected} of ${hosts} hosts ejected` : meanings[state],
  ]
    .filter(Boolean)
    .join(', ')
}

/** What a service looks like to those who call it. */
function serviceState(name: string, calls: readonly CallTraffic[]): string {
  const states = calls.filter(({ to }) => to === name).map(({ state }) => state)
  return (['ejected', 'overflow', 'probation'] as const).find((state) => states.includes(state)) ?? ''
}

function asCalled(name: string, calls: readonly CallTraffic[]): string {
  const own = calls.filter(({ to }) => to === name)
  const rate = own.reduce((sum, { requests }) => sum + requests, 0)
  const ejected = own.reduce((sum, call) => sum + call.ejected, 0)
  if (own.length === 0) return calls.some(({ from }) => from === name) ? 'calls' : 'hears'
  return ejected > 0 ? `${ejected} ejected` : perSecond(rate)
}

function Calls({ calls }: { readonly calls: readonly CallTraffic[] }) {
  return (
    <section class="card" aria-labelledby="calls-title">
      <h3 id="calls-title">Calls</h3>
      <table>
        <thead>
          <tr>
            <th scope="col">from → to</th>
            <th scope="col">requests</th>
            <th scope="col">breaker</th>
          </tr>
        </thead>
        <tbody>
          {calls.map((call) => (
            <tr key={`${call.from} ${call.to}`} data-from={call.from} data-to={call.to}>
              <th scope="row">
                {call.from} → {call.to}
              </th>
              <td class="number">{perSecond(call.requests)}</td>
              <td>
                <span class={`badge ${badges[call.state ?? 'closed']}`}>{call.state ?? 'not known'}</span>{' '}
                <span class="quiet small">
                  {call.state &&
                    said(call) !== said({ ...call, state: 'closed', ejected: 0, failed: 0, refused: 0 }) &&
                    said(call).replace(/^[^,]*, /, '')}
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

const badges: Readonly<Record<BreakerState, string>> = { closed: '', overflow: 'warn', ejected: 'bad', probation: 'probing' }

function Topics({ message: { topology, topics, withoutTopics } }: { readonly message: MapMessage }) {
  const records = new Map(topics.map(({ name, records }) => [name, records]))
  return (
    <section class="card" aria-labelledby="topics-title">
      <h3 id="topics-title">Topics</h3>
      {withoutTopics && <p class="away">{withoutTopics}</p>}
      <table>
        <thead>
          <tr>
            <th scope="col">topic</th>
            <th scope="col">records</th>
            <th scope="col">subscribers</th>
          </tr>
        </thead>
        <tbody>
          {topology.topics.map(({ name, subscribers }) => (
            <tr key={name} data-topic={name}>
              <th scope="row">{name}</th>
              <td class="number">{records.has(name) ? perSecond(records.get(name) ?? 0) : ''}</td>
              <td>{subscribers.length > 0 ? subscribers.join(', ') : <span class="quiet">none</span>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
