import { expect, test } from 'vitest'
import { renderEnvoy } from '../../../../mesh/envoy/render-envoy.ts'
import { input } from './destination.ts'
import { route, rule, service, to } from './strangers.ts'

const given = input([])
const ejectsAfter = (consecutive5xxErrors: number, namespace: string, host = 'callee.shop.svc.cluster.local') =>
  rule({ host, trafficPolicy: { outlierDetection: { consecutive5xxErrors } } }, `after-${consecutive5xxErrors}`, namespace)
const limitIn = (policy: readonly unknown[], host = 'callee.shop.svc.cluster.local') =>
  renderEnvoy(input(policy)).clusters.find(({ name }) => name === `outbound|80||${host}`)?.outlier_detection
const pod = (name: string, namespace: string | undefined, labels: object, ports: readonly object[] = []) => ({
  kind: 'Deployment',
  metadata: { name, ...(namespace !== undefined && { namespace }) },
  spec: { template: { metadata: { labels }, spec: { containers: [{}, { ports }] } } },
})

test("a rule of the caller's namespace comes before one of the destination's, and both before the whole mesh's", () => {
  const host = 'another.elsewhere.svc.cluster.local'
  const another = service({}, 'another', 'elsewhere')
  const rules = [ejectsAfter(3, 'istio-system', host), ejectsAfter(2, 'elsewhere', host), ejectsAfter(1, 'shop', host)]
  expect(limitIn([another, ...rules], host)).toMatchObject({ consecutive_5xx: 1 })
  expect(limitIn([another, ...rules.slice(0, 2)], host)).toMatchObject({ consecutive_5xx: 2 })
  expect(limitIn([another, ...rules.slice(0, 1)], host)).toMatchObject({ consecutive_5xx: 3 })
  expect(limitIn([another, ejectsAfter(4, 'a-third', host)], host)).toBeUndefined()
})

test('two routes for one host are one too many, wherever they are', () => {
  const other = { ...route({}, { hosts: ['callee.shop.svc.cluster.local'] }), metadata: { name: 'another', namespace: 'elsewhere' } }
  const somewhere = { ...other, spec: { ...other.spec, http: [{ route: [to({}, { host: 'callee.shop.svc.cluster.local' })] }] } }
  expect(() => renderEnvoy(input([route({}), somewhere]))).toThrow(
    'VirtualService another: callee speaks for callee.shop.svc.cluster.local already. Keep one.',
  )
})

test('what names no namespace is in default, and so are the hosts that it names', () => {
  const bare = { ...service({}, 'bare'), metadata: { name: 'bare' } }
  const ofBare = { ...rule({ host: 'bare', trafficPolicy: { outlierDetection: { consecutive5xxErrors: 9 } } }), metadata: { name: 'bare' } }
  expect(limitIn([bare, ofBare], 'bare.default.svc.cluster.local')).toMatchObject({ consecutive_5xx: 9 })
})

test('a port that is named is looked up in the pods that the Service selects, in its namespace', () => {
  const web = service({ name: 'http', targetPort: 'web' }, 'web', 'shop')
  const selecting = { ...web, spec: { ...web.spec, selector: { app: 'web' } } }
  const pods = [
    pod('elsewhere', 'elsewhere', { app: 'web' }, [{ name: 'web', containerPort: 1 }]),
    pod('other', 'shop', { app: 'other' }, [{ name: 'web', containerPort: 2 }]),
    pod('web', 'shop', { app: 'web', version: 'v1' }, [
      { name: 'metrics', containerPort: 3 },
      { name: 'web', containerPort: 4 },
    ]),
  ]
  const own = { ...given, manifests: [...given.manifests, selecting, ...pods], workload: 'web' }
  expect(renderEnvoy(own).clusters.at(-1)?.name).toBe('inbound|4||')
  const without = { ...own, manifests: [...given.manifests, selecting, ...pods.slice(0, 2)], workload: 'callee' }
  expect(() => renderEnvoy(without)).toThrow('Service web: no container of its pods has a port named web.')
})

test('a port without a target leads to the port of the same number', () => {
  const plain = { ...service({ port: 8080, targetPort: undefined }), spec: { selector: { app: 'callee' }, ports: [{ port: 8080 }] } }
  const { clusters } = renderEnvoy({ ...given, manifests: [...given.manifests.filter((one) => kindOf(one) !== 'Service'), plain] })
  expect(clusters.map(({ name }) => name)).toEqual(['outbound|8080||another.shop.svc.cluster.local', 'inbound|8080||'])
})
const kindOf = (manifest: unknown) => (manifest as { kind: string }).kind

test('an instance must be of one Deployment', () => {
  const [v1, v2] = given.instances
  const stray = { ...given, instances: [{ ...(v1 ?? v2), workload: 'nobody' }] } as typeof given
  expect(() => renderEnvoy(stray)).toThrow('No Deployment is named nobody, but an instance of it was given.')
  expect(() => renderEnvoy(input([pod('callee', 'elsewhere', {})]))).toThrow(
    'Deployment callee: is in shop and in elsewhere. The laptop tells workloads apart by name alone.',
  )
  expect(() => renderEnvoy(input([pod('callee', undefined, {})]))).toThrow('is in shop and in default.')
})

test('a proxy lets in what comes to a Service of its own pods', () => {
  const lonely = { ...given, manifests: [...given.manifests, pod('lonely', 'shop', { app: 'lonely' })], workload: 'lonely' }
  expect(() => renderEnvoy(lonely)).toThrow('No Service selects the pods of lonely, so nothing can be let in to them.')
  const elsewhere = {
    ...lonely,
    manifests: [
      ...lonely.manifests,
      { ...service({}, 'lonely', 'elsewhere'), spec: { selector: { app: 'lonely' }, ports: [{ port: 80 }] } },
    ],
  }
  expect(() => renderEnvoy(elsewhere)).toThrow('No Service selects the pods of lonely')
})
