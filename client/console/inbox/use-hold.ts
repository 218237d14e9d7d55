/** Keeps rows in place while a pointer works in the list; lets go 2 s after it rests or when it leaves. */

/** Listeners for the list; `change` hears when holding begins and ends. Touch has no hover, so a finger holds only while it is down. */
export function useHold(change: (held: boolean) => void, rest = 2000) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const hold = (event: PointerEvent) => {
    if (event.pointerType === 'touch') return;
    change(true);
    clearTimeout(timer);
    timer = setTimeout(() => change(false), rest);
  };
  const release = () => {
    clearTimeout(timer);
    change(false);
  };
  return { pointermove: hold, pointerdown: hold, pointerleave: release };
}
