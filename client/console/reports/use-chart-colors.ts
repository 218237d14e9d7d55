/** Whether the page is dark, and the colours charts take then. */
import { computed, onMounted, onUnmounted, ref } from 'vue';

export function useChartColors() {
  const dark = ref(document.documentElement.classList.contains('dark'));
  const watching = new MutationObserver(() => { dark.value = document.documentElement.classList.contains('dark'); });
  onMounted(() => watching.observe(document.documentElement, { attributeFilter: ['class'] }));
  onUnmounted(() => watching.disconnect());
  return computed(() => (dark.value
    ? { ink: '#cbd5e1', line: '#334155', paper: '#0f172a', good: '#4ade80', bad: '#fbbf24', rest: '#94a3b8', one: '#60a5fa', two: '#c084fc', three: '#f87171', cold: '#1e293b', warm: '#60a5fa', low: '#f87171' }
    : { ink: '#475569', line: '#e2e8f0', paper: '#ffffff', good: '#15803d', bad: '#b45309', rest: '#7c8aa5', one: '#1d4ed8', two: '#7e22ce', three: '#b91c1c', cold: '#eff6ff', warm: '#1d4ed8', low: '#dc2626' }));
}
