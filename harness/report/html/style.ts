/** The page's only style: no font, no script and no picture from anywhere, light and dark, readable without it. */
export const STYLE = `
:root{color-scheme:light dark;--ink:#1c2226;--soft:#55606a;--line:#d4dade;--ground:#fff;--raised:#f4f6f7;--good:#1f7a34;--bad:#b3261e;--open:#8a5b00}
@media(prefers-color-scheme:dark){:root{--ink:#e6eaed;--soft:#a3aeb7;--line:#3a444c;--ground:#14191d;--raised:#1e252a;--good:#6fce85;--bad:#ff8a80;--open:#f0c060}}
body{margin:0;background:var(--ground);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
main{max-width:70rem;margin:0 auto;padding:1.5rem}
h1{font-size:1.6rem;margin:0 0 .25rem}h2{font-size:1.2rem;margin:2.5rem 0 .5rem;border-bottom:1px solid var(--line)}h3{font-size:1rem;margin:1.5rem 0 .25rem}
.verdict{font-size:1.15rem;font-weight:600}.good{color:var(--good)}.bad{color:var(--bad)}.open{color:var(--open)}.soft{color:var(--soft)}
table{border-collapse:collapse;width:100%}caption{text-align:left;font-weight:600;padding:.75rem 0 .25rem}
th,td{text-align:left;vertical-align:top;padding:.25rem .75rem .25rem 0;border-bottom:1px solid var(--line)}td.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
code,pre{font:13px/1.45 ui-monospace,monospace}pre{background:var(--raised);padding:.75rem;overflow-x:auto}code.copy{user-select:all;background:var(--raised);padding:.15rem .4rem}
details{margin:.4rem 0}summary{cursor:pointer}summary:focus-visible,a:focus-visible,g:focus-visible{outline:2px solid currentColor;outline-offset:2px}
td details{margin:0}.scroll{overflow-x:auto}
svg.lanes{display:block;font:12px ui-monospace,monospace;color:var(--ink)}svg.lanes text{fill:currentColor}svg.lanes .lane{stroke:var(--line)}svg.lanes .time{fill:var(--soft)}
svg.lanes circle{fill:var(--soft)}svg.lanes .row{fill:transparent}svg.lanes g:hover .row,svg.lanes g:focus .row{fill:var(--raised)}
svg.lanes .breaks circle{fill:var(--bad)}svg.lanes .breaks text{fill:var(--bad);font-weight:700}svg.lanes .fault circle{fill:var(--open)}
svg.curves{display:block;width:100%;font:11px ui-monospace,monospace;margin:.5rem 0}svg.curves text{fill:var(--soft)}svg.curves .mark{stroke:var(--line)}
svg.curves .band{fill:var(--bad);opacity:.16}svg.curves .curve{fill:none;stroke-width:1.5}svg.curves .first{stroke:var(--good)}svg.curves .second{stroke:var(--open)}
@media print{details{break-inside:avoid}}
`
