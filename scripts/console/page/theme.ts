import { useEffect, useState } from 'preact/hooks'

type Theme = 'light' | 'dark'

const key = 'breakwater-theme'
const system = matchMedia('(prefers-color-scheme: dark)')

/** The colours that somebody has chosen here; undefined: those of the system. */
function chosen(): Theme | undefined {
  const theme = localStorage.getItem(key)
  return theme === 'light' || theme === 'dark' ? theme : undefined
}

/** Before the first drawing. */
export function applyTheme(): void {
  const theme = chosen()
  if (theme) document.documentElement.dataset.theme = theme
  else delete document.documentElement.dataset.theme
}

/** Which colours are shown, and how to change them. */
export function useTheme(): { readonly isDark: boolean; readonly toggle: () => void } {
  const [isSystemDark, setSystemDark] = useState(system.matches)
  const [theme, setTheme] = useState(chosen)
  useEffect(() => {
    const changed = (): void => setSystemDark(system.matches)
    system.addEventListener('change', changed)
    return () => system.removeEventListener('change', changed)
  }, [])
  const isDark = theme === undefined ? isSystemDark : theme === 'dark'
  const toggle = (): void => {
    const next: Theme = isDark ? 'light' : 'dark'
    // What the system wants anyway is not kept: it may want something else in the evening.
    if (next === (isSystemDark ? 'dark' : 'light')) localStorage.removeItem(key)
    else localStorage.setItem(key, next)
    applyTheme()
    setTheme(chosen())
  }
  return { isDark, toggle }
}
