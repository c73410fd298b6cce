/* The richer way to write a page: Editor.js over the same form. Without it, or when it is switched off, the simple
   fields below are the page; what is saved is cleaned by the server either way. */
(function () {
  "use strict";
  var form = document.getElementById("page");
  if (!form || !form.dataset.blocks || !window.EditorJS) { return; }
  var words = JSON.parse(document.getElementById("rich-words").textContent);
  var OFF = "koinon-simple-fields";
  var token = form.querySelector("[name=csrfmiddlewaretoken]").value;

  function element(tag, facts, inner) {
    var made = document.createElement(tag);
    Object.keys(facts || {}).forEach(function (name) {
      if (name === "text") { made.textContent = facts.text; } else { made.setAttribute(name, facts[name]); }
    });
    (inner || []).forEach(function (each) { made.appendChild(each); });
    return made;
  }

  var number = 0;
  function labelled(label, field) {
    number += 1;
    field.id = field.id || "rich-field-" + number;
    return element("p", { "class": "k-field" }, [element("label", { "class": "k-label", "for": field.id, text: label }), field]);
  }

  function stay(event) { if (event.key === "Enter" || event.key === "Backspace" || event.key === "Tab") { event.stopPropagation(); } }

  function input(value, kind) {
    var made = element(kind || "input", kind ? { rows: "3" } : { type: "text" });
    made.value = value || "";
    made.addEventListener("keydown", stay);
    return made;
  }

  function editable(html) {
    var made = element("div", { contenteditable: "true", "class": "k-rich__text", role: "textbox", "aria-multiline": "true" });
    made.innerHTML = html || "";
    made.addEventListener("keydown", stay);
    return made;
  }

  /* A tool of fields: parts say which name holds what; the server gives the words. */
  function tool(kind, parts) {
    function Tool(given) { this.data = given.data || {}; this.fields = {}; }
    Object.defineProperty(Tool, "toolbox", { get: function () { return { title: words[kind], icon: "" + ICON }; } });
    Object.defineProperty(Tool, "sanitize", { get: function () { return { text: { b: true, i: true, a: true, br: true }, title: { b: true, i: true, a: true } }; } });
    Tool.prototype.render = function () {
      var box = element("fieldset", { "class": "k-fieldset" }, [element("legend", { "class": "k-legend", text: words[kind] })]);
      var self = this;
      parts.forEach(function (part) { part(self, box); });
      return box;
    };
    Tool.prototype.save = function () {
      var said = Object.assign({}, this.data);
      var fields = this.fields;
      Object.keys(fields).forEach(function (name) {
        var field = fields[name];
        said[name] = field.isContentEditable || field.getAttribute("contenteditable") ? field.innerHTML : field.type === "checkbox" ? field.checked : field.value;
      });
      return said;
    };
    return Tool;
  }

  var ICON = '<svg width="14" height="14" viewBox="0 0 14 14"><rect x="2" y="2" width="10" height="10" rx="2" fill="none" stroke="currentColor" stroke-width="2"/></svg>';

  function line(name, label) {
    return function (self, box) { self.fields[name] = input(self.data[name]); box.appendChild(labelled(words[label], self.fields[name])); };
  }

  function text(name, label) {
    return function (self, box) {
      var made = editable(self.data[name]);
      made.setAttribute("aria-label", words[label]);
      self.fields[name] = made;
      box.appendChild(element("p", { "class": "k-label", text: words[label] }));
      box.appendChild(made);
    };
  }

  function tone(self, box) {
    var made = element("select");
    ["note", "tip", "warning"].forEach(function (each) { made.appendChild(element("option", { value: each, text: words[each] })); });
    made.value = self.data.tone || "note";
    made.addEventListener("keydown", stay);
    self.fields.tone = made;
    box.appendChild(labelled(words.tone, made));
  }

  function file(kind) {
    return function (self, box) {
      var place = element("div", { "aria-live": "polite" });
      var chosen = element("input", { type: "file" });
      var alt = input("", kind === "image" ? "" : "textarea");
      var decoration = element("input", { type: "checkbox" });
      function show(name, url) {
        place.textContent = "";
        if (kind === "image") { place.appendChild(element("img", { src: url, alt: "", "class": "k-rich__picture" })); } else { place.textContent = name; }
      }
      if (self.data.asset) { show(self.data.asset.slice(0, 12), form.dataset.files.replace("KEY", self.data.asset)); }
      box.appendChild(place);
      if (kind === "image") { box.appendChild(labelled(words.alt, alt)); }
      if (kind === "audio" || kind === "video") { box.appendChild(labelled(words.transcript, alt)); }
      if (kind === "image") {
        decoration.checked = Boolean(self.data.decorative);
        self.fields.decorative = decoration;
        box.appendChild(labelled(words.decoration, decoration));
      }
      box.appendChild(labelled(words.choose, chosen));
      chosen.addEventListener("change", function () {
        var body = new FormData();
        body.append("file", chosen.files[0]);
        if (kind === "image") { body.append("alt", alt.value); if (decoration.checked) { body.append("is_decoration", "on"); } } else { body.append("transcript", alt.value); }
        place.textContent = words.sending;
        fetch(form.dataset.upload, { method: "POST", body: body, headers: { "X-CSRFToken": token } }).then(function (answer) {
          return answer.json();
        }).then(function (said) {
          if (!said.success) { place.textContent = said.problem; chosen.value = ""; return; }
          self.data.asset = said.file.asset;
          show(said.file.name, said.file.url);
        }).catch(function () { place.textContent = words.failed; chosen.value = ""; });
      });
    };
  }

  var tools = {
    paragraph: { "class": window.Paragraph, inlineToolbar: true },
    header: { "class": window.Header, inlineToolbar: true, config: { levels: [2, 3, 4], defaultLevel: 2 } },
    list: { "class": window.EditorjsList, inlineToolbar: true },
    quote: { "class": window.Quote, inlineToolbar: true },
    table: { "class": window.Table, inlineToolbar: true },
    delimiter: window.Delimiter,
    callout: { "class": tool("callout", [tone, line("title", "heading"), text("text", "text")]), inlineToolbar: true },
    image: tool("image", [file("image"), line("caption", "caption")]),
    audio: tool("audio", [file("audio"), line("caption", "caption")]),
    video: tool("video", [file("video"), line("url", "elsewhere"), line("caption", "caption")]),
    file: tool("file", [file("file"), line("title", "what")]),
    link: tool("link", [line("url", "address"), line("title", "what"), line("text", "sentence")])
  };

  function begin() {
    var rich = document.getElementById("rich");
    var pieces = document.getElementById("pieces");
    rich.hidden = false;
    pieces.hidden = true;
    pieces.querySelectorAll("input, textarea, select, button").forEach(function (field) { field.disabled = true; });
    var kept = form.querySelector("[name=blocks]");
    var begun = form.dataset.draftBack && kept.value || form.dataset.blocks;
    var timer = 0, isTouched = false;
    /* What is written becomes a field of the form while it is written, so that drafts.js keeps it. */
    function later() {
      clearTimeout(timer);
      timer = setTimeout(function () {
        editor.save().then(function (said) {
          kept.value = JSON.stringify(said.blocks);
          kept.dispatchEvent(new Event("change", { bubbles: true }));
        }).catch(function () {});
      }, 300);
    }
    ["keydown", "pointerdown", "input"].forEach(function (each) { rich.addEventListener(each, function () { isTouched = true; }); });
    rich.addEventListener("input", later);
    var editor = new window.EditorJS({
      holder: "rich-page", tools: tools, data: { blocks: JSON.parse(begun) }, minHeight: 80, logLevel: "ERROR", onChange: function () { if (isTouched) { later(); } },
      i18n: { messages: { toolNames: words.names, blockTunes: words.tunes } }
    });
    var ready = false;
    form.addEventListener("submit", function (event) {
      if (ready || rich.hidden) { return; }
      event.preventDefault();
      event.stopPropagation(); /* else this counts as the one submission that kit.js allows */
      var button = event.submitter;
      editor.save().then(function (said) {
        form.querySelector("[name=blocks]").value = JSON.stringify(said.blocks);
        ready = true;
        /* Not at once: while this submission is still being announced, browsers drop the next one without a word. */
        setTimeout(function () { form.requestSubmit(button); });
      });
    });
  }

  /* Changing the way of writing saves first: nothing typed is lost. */
  var save = form.querySelector("button[value=save]");
  document.getElementById("rich-off").addEventListener("click", function () {
    window.localStorage.setItem(OFF, "yes");
    save.click();
  });
  var on = document.getElementById("rich-on");
  if (window.localStorage.getItem(OFF)) {
    on.hidden = false;
    form.querySelector("[name=blocks]").value = "";
    on.addEventListener("click", function () { window.localStorage.removeItem(OFF); save.click(); });
  } else { begin(); }
}());
