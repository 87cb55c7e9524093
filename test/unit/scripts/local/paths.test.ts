import { expect, test } from 'vitest'
import { localPaths } from '../../../../scripts/local/paths.ts'

test('shops in different folders share the tools and nothing else', () => {
  const [a, b] = [localPaths({ BREAKWATER_LOCAL_DIR: '/a' }), localPaths({ BREAKWATER_LOCAL_DIR: '/b' })]
  const shared = Object.entries(a).filter(([name, path]) => Object.entries(b).some(([other, same]) => other === name && same === path))
  expect(shared.map(([name]) => name).toSorted()).toEqual(['compileCache', 'manifests', 'tools'])
})

test('a socket path that is too long for the system is replaced by a short one of its own', () => {
  const deep = (name: string): string => localPaths({ BREAKWATER_LOCAL_DIR: `/${'x'.repeat(100)}/${name}` }).controlSocket
  expect(deep('a').length).toBeLessThan(104)
  expect(deep('a')).not.toBe(deep('b'))
})
