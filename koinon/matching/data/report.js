(function () {
  "use strict";
  var form = document.getElementById("filters"), rows = Array.prototype.slice.call(document.querySelectorAll("tr.entry"));
  if (!form || !rows.length) return;
  var count = document.getElementById("count"), fold = function (text) {
    return text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "");
  };
  var texts = rows.map(function (row) { return fold(row.textContent); });
  function sift() {
    var words = fold(document.getElementById("words").value).split(/\s+/).filter(Boolean);
    var country = document.getElementById("country").value, cluster = document.getElementById("cluster").value, shown = 0;
    rows.forEach(function (row, at) {
      var fits = (!country || row.dataset.country === country) && (!cluster || row.dataset.cluster === cluster) &&
        words.every(function (word) { return texts[at].indexOf(word) >= 0; });
      row.hidden = !fits;
      if (fits) shown += 1;
    });
    count.textContent = shown + " / " + rows.length + " " + count.dataset.words;
  }
  form.hidden = false;
  form.addEventListener("input", sift);
  form.addEventListener("submit", function (event) { event.preventDefault(); sift(); });
  sift();
}());
