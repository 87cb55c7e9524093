import { expect, test } from 'vitest'
import { parseManifests } from '../../../../scripts/manifests/parse-manifests.ts'

test('a file holds several objects; empty documents are none', () => {
  const text = [
    'apiVersion: v1',
    'kind: Service',
    'metadata: { name: a }',
    '---',
    '---',
    'apiVersion: v1',
    'kind: Service',
    'metadata: { name: b }',
  ].join('\n')
  expect(parseManifests(text, 'x.yaml').map(({ metadata }) => metadata.name)).toEqual(['a', 'b'])
})

test('broken YAML and things that are no objects are errors that name the file', () => {
  expect(() => parseManifests('kind: [', 'x.yaml')).toThrow(/^x\.yaml: /)
  expect(() => parseManifests('kind: Service', 'x.yaml')).toThrow(/^x\.yaml: document 1 is not a Kubernetes object/)
  expect(() => parseManifests('just text', 'x.yaml')).toThrow(/^x\.yaml: document 1/)
})
