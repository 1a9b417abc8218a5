namespace Orrery.Evaluation.Reports.Markup;

/// <summary>Reads values off a line chart under the pointer. The page is complete without it.</summary>
internal static class PageScript
{
    public const string JavaScript = """
        document.querySelectorAll('svg[data-plot]').forEach(svg=>{
          const [left,right,top,bottom]=svg.dataset.plot.split(',').map(Number),axis=a=>a.split(',').map(Number),X=axis(svg.dataset.x),Y=axis(svg.dataset.y);
          const back=(a,s)=>a[2]?Math.pow(10,Math.log10(a[0])+s*(Math.log10(a[1])-Math.log10(a[0]))):a[0]+s*(a[1]-a[0]);
          const show=v=>Math.abs(v)>=1e5||(v&&Math.abs(v)<1e-3)?v.toExponential(2):String(+v.toPrecision(4));
          const lines=[...svg.querySelectorAll('path.line')].map(p=>({name:p.dataset.name,colour:p.getAttribute('class').match(/c\d/)[0],points:points(p.getAttribute('d'))}));
          const cursor=svg.querySelector('.cursor');
          function points(d){const out=[];let x=0,y=0;for(const m of d.matchAll(/([MLHV])([-\d. ]+)/g)){const n=m[2].trim().split(' ').map(Number);if(m[1]=='H')x=n[0];else if(m[1]=='V')y=n[0];else{x=n[0];y=n[1];if(m[1]=='M')out.push(null);}out.push([x,y]);}return out;}
          function at(list,x){let best=null;for(let i=1;i<list.length;i++){const a=list[i-1],b=list[i];if(!a||!b||x<a[0]||x>b[0])continue;const s=b[0]>a[0]?(x-a[0])/(b[0]-a[0]):0;best=a[1]+s*(b[1]-a[1]);}return best;}
          svg.addEventListener('pointerleave',()=>cursor.innerHTML='');
          svg.addEventListener('pointermove',e=>{
            const box=svg.getBoundingClientRect(),view=svg.viewBox.baseVal,x=(e.clientX-box.left)*view.width/box.width;
            if(x<left||x>right){cursor.innerHTML='';return;}
            const rows=lines.map(l=>({l,y:at(l.points,x)})).filter(r=>r.y!==null),texts=rows.map(r=>r.l.name+'  '+show(back(Y,(bottom-r.y)/(bottom-top))));
            const head=show(back(X,(x-left)/(right-left))),width=Math.max(head.length,...texts.map(t=>t.length))*6.4+24,height=20+rows.length*16,at0=x+width+14>right?x-width-10:x+10;
            const escape=t=>t.replace(/[&<>]/g,c=>({'&':'&amp;','<':'&lt;','>':'&gt;'}[c]));
            cursor.innerHTML=`<line x1="${x}" x2="${x}" y1="${top}" y2="${bottom}"/>`+rows.map(r=>`<circle class="${r.l.colour}" cx="${x}" cy="${r.y}" r="3.5"/>`).join('')
              +`<rect x="${at0}" y="${top+4}" width="${width}" height="${height}" rx="6"/><text x="${at0+9}" y="${top+18}">${head}</text>`
              +rows.map((r,i)=>`<text x="${at0+9}" y="${top+34+i*16}"><tspan class="${r.l.colour}" fill="currentColor">●</tspan> ${escape(texts[i])}</text>`).join('');
          });
        });
        """;
}
