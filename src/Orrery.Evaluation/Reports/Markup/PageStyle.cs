namespace Orrery.Evaluation.Reports.Markup;

/// <summary>The look of a report: paper and ink by day, night sky by night, one accent, no download.</summary>
internal static class PageStyle
{
    public const string Css = """
        :root{color-scheme:light dark;--paper:#f7f5f0;--card:#fffefb;--ink:#23262f;--soft:#5f6472;--faint:#8d919c;--rule:#e3dfd5;--grid:#ece8df;
        --accent:#b4632d;--good:#2f8a5b;--bad:#c2453b;--warm:#b07a16;
        --c0:#2b6cb8;--c1:#d9642c;--c2:#1b8a72;--c3:#b0458f;--c4:#6a55b5;--c5:#a67c12;--c6:#7b818e;--c7:#b8433e;--floor:#faf8f3;--wall:#4a4f60}
        @media (prefers-color-scheme:dark){:root{--paper:#11141c;--card:#191d28;--ink:#e7e6e1;--soft:#a3a8b6;--faint:#757b8b;--rule:#2a2f3d;--grid:#262b38;
        --accent:#e39a5f;--good:#5cc08d;--bad:#ee7d71;--warm:#dbad4a;
        --c0:#6aa9ee;--c1:#f0915c;--c2:#4cc3a6;--c3:#e183c2;--c4:#a593ee;--c5:#d9b247;--c6:#979dab;--c7:#ee8079;--floor:#222735;--wall:#8f96a8}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
        .page{max-width:1160px;margin:0 auto;padding:36px 28px 64px}
        header.top{display:flex;gap:26px;align-items:center;padding-bottom:26px;border-bottom:1px solid var(--rule)}
        header.top svg{width:92px;flex:none}
        h1,h2,h3{font-family:"Iowan Old Style","Palatino Linotype",Palatino,"Book Antiqua",Georgia,serif;font-weight:600;line-height:1.2;margin:0}
        h1{font-size:34px;letter-spacing:-.01em}h2{font-size:24px}h3{font-size:17px}
        .kicker{text-transform:uppercase;letter-spacing:.14em;font-size:11.5px;color:var(--accent);font-weight:600;margin:0 0 6px}
        .subtitle{color:var(--soft);margin:8px 0 0;max-width:70ch}
        section{margin-top:46px}section>.lead{color:var(--soft);max-width:78ch;margin:8px 0 0}
        .row{display:grid;gap:18px;margin-top:18px;grid-template-columns:repeat(auto-fit,minmax(min(100%,var(--least,440px)),1fr))}
        .card,figure.chart{background:var(--card);border:1px solid var(--rule);border-radius:12px;padding:18px 20px;margin:0;min-width:0}
        .tiles{display:grid;gap:14px;margin-top:26px;grid-template-columns:repeat(auto-fit,minmax(164px,1fr))}
        .tile{background:var(--card);border:1px solid var(--rule);border-radius:12px;padding:15px 16px}
        .tile p{margin:0;font-size:12.5px;line-height:1.45;color:var(--soft)}.tile strong{display:block;white-space:nowrap;font:600 30px/1.25 "Iowan Old Style",Palatino,Georgia,serif;letter-spacing:-.01em}
        .tile strong small{font-size:17px;font-weight:500;color:var(--soft)}
        .tile.good strong{color:var(--good)}.tile.bad strong{color:var(--bad)}.tile.warm strong{color:var(--warm)}
        figcaption b{display:block;font-size:15px;font-weight:600}figcaption span{display:block;color:var(--soft);font-size:13px;max-width:75ch}
        figure.chart>svg{display:block;width:100%;height:auto;margin-top:8px;overflow:visible}figure.chart svg.square{max-width:400px;margin-left:auto;margin-right:auto}
        .legend{display:flex;flex-wrap:wrap;gap:3px 16px;margin-top:8px;font-size:12.5px;color:var(--soft)}
        .entry{display:inline-flex;align-items:center;gap:7px}.key{width:18px;height:0;border-top:2.5px solid currentColor;border-radius:2px}
        .key.dashed{border:0;height:2.5px;background:repeating-linear-gradient(90deg,currentColor 0 5px,transparent 5px 8px)}.key.dots{width:8px;height:8px;border:0;border-radius:50%;background:currentColor}.key.area{height:10px;border:0;background:currentColor;opacity:.2}
        svg text{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;fill:var(--soft)}
        text.tick{font-size:11.5px;fill:var(--faint);font-variant-numeric:tabular-nums}text.axis-title{font-size:12px}text.note{font-size:11.5px;paint-order:stroke;stroke:var(--card);stroke-width:3px;stroke-linejoin:round}text.note.limit{fill:var(--bad)}
        text.row-name{font-size:13.5px;fill:var(--ink)}text.row-figure{font-size:14px;font-weight:600;fill:var(--ink)}
        .grid{stroke:var(--grid)}.axis{stroke:var(--faint)}.level{stroke:var(--soft);stroke-dasharray:2 4}.level.limit{stroke:var(--bad);stroke-dasharray:6 4}
        .stretch{fill:var(--accent);opacity:.07}.boundary{stroke:var(--accent);opacity:.45}.stretch.fault{fill:var(--bad);opacity:.13}.boundary.fault{stroke:var(--bad);opacity:.6}
        .c0{color:var(--c0)}.c1{color:var(--c1)}.c2{color:var(--c2)}.c3{color:var(--c3)}.c4{color:var(--c4)}.c5{color:var(--c5)}.c6{color:var(--c6)}.c7{color:var(--c7)}
        .line{fill:none;stroke:currentColor;stroke-width:1.8;stroke-linejoin:round;stroke-linecap:round}.line.dashed{stroke-dasharray:5 4;stroke-width:1.6}
        .band{fill:currentColor;opacity:.16}.dot{fill:currentColor}.dot.faint{opacity:.45}.dot.rim{stroke:var(--card);stroke-width:2}.bar{fill:currentColor;opacity:.85}.interval{fill:currentColor;opacity:.28}
        .cursor line{stroke:var(--faint)}.cursor rect{fill:var(--card);stroke:var(--rule)}.cursor text{font-size:11.5px;fill:var(--ink)}.cursor circle{stroke:var(--card);stroke-width:1.5;fill:currentColor}
        table{border-collapse:collapse;width:100%;font-size:14px}.scroll{overflow-x:auto}
        th{text-align:left;font-weight:600;color:var(--soft);font-size:12.5px;padding:6px 14px 6px 0;border-bottom:1px solid var(--rule)}
        td{padding:7px 14px 7px 0;border-bottom:1px solid var(--grid);vertical-align:top}tr:last-child td{border-bottom:0}
        td.n,th.n{text-align:right;padding-right:22px;font-variant-numeric:tabular-nums;white-space:nowrap}tr.strong td{font-weight:600}
        dl.facts{display:grid;grid-template-columns:max-content 1fr;gap:5px 18px;margin:0;font-size:14px}dl.facts dt{color:var(--soft)}dl.facts dd{margin:0;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
        .verdict{border-left:3px solid var(--good);padding:2px 0 2px 14px;margin:16px 0 0;max-width:80ch}.verdict.bad{border-color:var(--bad)}.verdict.warm{border-color:var(--warm)}
        .nothing{color:var(--faint);font-style:italic;margin:14px 0 4px}
        svg.map{display:block;width:100%;height:auto;border-radius:8px}.floor{fill:var(--floor)}.wall{fill:var(--wall)}
        .track{fill:none;stroke-linecap:round;stroke-linejoin:round}.goal{fill:var(--good);fill-opacity:.16;stroke:var(--good);stroke-width:.5}.goal-dot{fill:var(--good)}
        .start{fill:var(--floor);stroke:var(--ink);stroke-width:.8}.end{fill:var(--accent)}
        .episode{display:grid;grid-template-columns:200px 1fr;gap:22px;align-items:center;background:var(--card);border:1px solid var(--rule);border-radius:12px;padding:16px 20px;margin-top:14px}
        @media (max-width:720px){.episode{grid-template-columns:1fr}}
        .episode h3{margin-bottom:10px}.badge{display:inline-block;font:600 12px/1 system-ui,sans-serif;padding:4px 9px;border-radius:20px;margin-left:9px;color:var(--card);background:var(--good);vertical-align:2px}.badge.bad{background:var(--bad)}
        .film{display:flex;gap:10px}.frame{margin:0;flex:1 1 0;min-width:0;max-width:118px}@media (max-width:720px){.film{flex-wrap:wrap}.frame{flex:0 0 84px}}.frame img{display:block;width:100%;image-rendering:pixelated;border-radius:6px;border:1px solid var(--rule)}
        .frame.emphasis img{outline:2px solid var(--accent);outline-offset:1px;border-color:transparent}.frame figcaption{font-size:11.5px;color:var(--soft);text-align:center;margin-top:4px}
        .wall-of-maps{display:grid;grid-template-columns:repeat(auto-fill,minmax(74px,1fr));gap:7px;margin-top:18px}svg.thumb{border:2px solid transparent}svg.thumb.bad{border-color:var(--bad)}
        .heat{position:relative;max-width:400px;margin:10px auto 0}.heat img{display:block;width:100%;image-rendering:pixelated;border-radius:8px}.heat svg{position:absolute;inset:0}.heat .wall{fill:#fff;opacity:.55}.heat .goal-dot{fill:#fff;stroke:#000;stroke-width:.5}
        .ramp{display:flex;gap:10px;align-items:center;max-width:400px;margin:8px auto 0;font-size:12px;color:var(--soft)}.ramp i{flex:1;height:8px;border-radius:4px}
        footer{margin-top:56px;padding-top:16px;border-top:1px solid var(--rule);color:var(--faint);font-size:13px}
        code,pre{font:13px/1.5 ui-monospace,"Cascadia Code",Menlo,Consolas,monospace}pre{overflow-x:auto;margin:0;white-space:pre-wrap;overflow-wrap:anywhere}
        details{margin-top:14px}summary{cursor:pointer;color:var(--soft)}
        @media print{section{break-inside:avoid}body{background:#fff}}
        """;
}
