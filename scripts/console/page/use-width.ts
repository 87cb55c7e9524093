import { useEffect, useState } from 'preact/hooks'

/** The width of an element in px, also when the window changes: what is drawn in px keeps its letters readable on any screen. */
export function useWidth(): { readonly width: number; readonly ref: (element: Element | null) => void } {
  const [element, setElement] = useState<Element | null>(null)
  const [width, setWidth] = useState(0)
  useEffect(() => {
    if (!element) return
    setWidth(element.clientWidth)
    const observer = new ResizeObserver(() => setWidth(element.clientWidth))
    observer.observe(element)
    return () => observer.disconnect()
  }, [element])
  return { width, ref: setElement }
}
