"""Packages that tests make: small programs as authoring tools write them, and two that mean harm."""
# ruff: noqa: E501  (other people's programs are short lines of their own)

import json
from pathlib import Path

from koinon.learning.tests.hostile import zipped

_FIND = """function find(name){var w=window,i=0;while(i++<9){if(w[name])return w[name];if(w.parent===w)break;w=w.parent;}return null;}"""

SCO_12 = f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>Fire</title><script>{_FIND}
var api=find('API');api.LMSInitialize('');
function begin(){{document.getElementById('place').textContent=api.LMSGetValue('cmi.core.lesson_location')||'start';
document.getElementById('kept').textContent=String(api.LMSGetValue('cmi.suspend_data').length);
document.getElementById('status').textContent=api.LMSGetValue('cmi.core.lesson_status');
document.getElementById('entry').textContent=api.LMSGetValue('cmi.core.entry');
document.getElementById('cookie').textContent=document.cookie||'none';}}
function go(n){{api.LMSSetValue('cmi.core.lesson_location','page '+n);api.LMSSetValue('cmi.suspend_data',new Array(60001).join('s'));
api.LMSSetValue('cmi.core.lesson_status','incomplete');api.LMSSetValue('cmi.core.exit','suspend');api.LMSCommit('');}}
function pass(){{api.LMSSetValue('cmi.core.score.raw','85');api.LMSSetValue('cmi.core.score.max','100');api.LMSSetValue('cmi.core.lesson_status','passed');api.LMSFinish('');}}
</script></head><body onload="begin()"><p id="place"></p><p id="kept"></p><p id="status"></p><p id="entry"></p><p id="cookie"></p>
<button id="go" onclick="go(7)">Go</button><button id="pass" onclick="pass()">Pass</button></body></html>"""

MANIFEST_12 = """<?xml version="1.0"?><manifest identifier="fire" xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2" xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2">
<metadata><schema>ADL SCORM</schema><schemaversion>1.2</schemaversion></metadata><organizations default="a"><organization identifier="a"><title>Fire safety</title>
<item identifier="i" identifierref="r"><title>At home</title><adlcp:masteryscore>80</adlcp:masteryscore></item></organization></organizations>
<resources><resource identifier="r" type="webcontent" adlcp:scormtype="sco" href="Start/index.html"><file href="Start/index.html"/></resource></resources></manifest>"""

SCO_2004 = f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>Water</title><script>{_FIND}
var api=find('API_1484_11');api.Initialize('');
function begin(){{document.getElementById('place').textContent=api.GetValue('cmi.location')||'start';
document.getElementById('entry').textContent=api.GetValue('cmi.entry');}}
function go(){{api.SetValue('cmi.location','page 3');api.SetValue('cmi.suspend_data','so far');api.SetValue('cmi.completion_status','incomplete');api.SetValue('cmi.exit','suspend');api.Commit('');}}
function pass(){{api.SetValue('cmi.score.scaled','0.9');api.SetValue('cmi.completion_status','completed');api.SetValue('cmi.success_status','passed');api.Terminate('');}}
</script></head><body onload="begin()"><p id="place"></p><p id="entry"></p><button id="go" onclick="go()">Go</button><button id="pass" onclick="pass()">Pass</button></body></html>"""

MANIFEST_2004 = """<manifest identifier="m" xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3">
<metadata><schema>ADL SCORM</schema><schemaversion>2004 4th Edition</schemaversion></metadata><organizations default="o"><organization identifier="o"><title>Water</title>
<item identifier="i" identifierref="r"><title>Water</title></item></organization></organizations>
<resources><resource identifier="r" type="webcontent" adlcp:scormType="sco" href="index.html"><file href="index.html"/></resource></resources></manifest>"""

_H5P_JS = """H5P.Tiny=(function($){function Tiny(params,id,extra){H5P.EventDispatcher.call(this);var self=this;this.count=(extra&&extra.previousState&&extra.previousState.count)||0;
this.getCurrentState=function(){return {count:self.count};};
this.attach=function($box){$box.html('<p id="count">'+self.count+'</p><button id="more">More</button><button id="done">Done</button>');
$box.find('#more').on('click',function(){self.count++;$box.find('#count').text(self.count);});
$box.find('#done').on('click',function(){
var inner=self.createXAPIEventTemplate('answered');inner.setScoredResult(0,1,self,true,false);inner.data.statement.object.id+='?subContentId=abc';self.trigger(inner);
var event=self.createXAPIEventTemplate('completed');event.setScoredResult(3,4,self,true,true);self.trigger(event);});self.trigger('resize');};}
Tiny.prototype=Object.create(H5P.EventDispatcher.prototype);Tiny.prototype.constructor=Tiny;return Tiny;})(H5P.jQuery);"""


def scorm12(folder: Path, sco: str = SCO_12, **more: str) -> Path:
    return zipped(folder / "fire.zip", {"imsmanifest.xml": MANIFEST_12, "Start/index.html": sco, **more})


def scorm2004(folder: Path) -> Path:
    return zipped(folder / "water.zip", {"imsmanifest.xml": MANIFEST_2004, "index.html": SCO_2004})


def h5p(folder: Path) -> Path:
    facts = {
        "title": "Counting", "mainLibrary": "H5P.Tiny", "language": "en", "embedTypes": ["iframe"],
        "preloadedDependencies": [{"machineName": "H5P.Tiny", "majorVersion": 1, "minorVersion": 0}],
    }  # fmt: skip
    library = {
        "title": "Tiny", "machineName": "H5P.Tiny", "majorVersion": 1, "minorVersion": 0, "patchVersion": 0,
        "runnable": 1, "preloadedJs": [{"path": "tiny.js"}],
    }  # fmt: skip
    files = {
        "h5p.json": json.dumps(facts), "content/content.json": "{}",
        "H5P.Tiny-1.0/library.json": json.dumps(library), "H5P.Tiny-1.0/tiny.js": _H5P_JS,
    }  # fmt: skip
    return zipped(folder / "count.h5p", files)


def spy(folder: Path, main: str) -> Path:
    """A package that tries to read the main site and what belongs to it, and writes down what it got."""
    code = f"""<!DOCTYPE html><html><body><pre id="got"></pre><script>
(async () => {{const got={{}};const home={json.dumps(main)};
try{{got.top=window.top.document.title;}}catch(e){{got.top='refused';}}
try{{got.page=(await (await fetch(home+'/desk/',{{credentials:'include'}})).text()).length;}}catch(e){{got.page='refused';}}
try{{got.health=(await (await fetch(home+'/health')).text());}}catch(e){{got.health='refused';}}
got.cookie=document.cookie||'none';
try{{await navigator.serviceWorker.register('worker.js');got.worker='installed';}}catch(e){{got.worker='refused';}}
try{{window.top.location=home+'/stolen';}}catch(e){{got.navigate='refused';}}
document.getElementById('got').textContent=JSON.stringify(got);}})();
</script></body></html>"""
    return scorm12(folder, code, **{"Start/worker.js": "1"})
