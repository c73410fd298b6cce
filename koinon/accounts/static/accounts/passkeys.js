/* Shows passkey buttons where the browser has passkeys, and says in words when one did not work. */
(function () {
  'use strict'
  function show (nodes) { nodes.forEach(function (node) { node.hidden = false }) }
  document.addEventListener('DOMContentLoaded', function () {
    if (window.PublicKeyCredential) show(document.querySelectorAll('[data-passkey]'))
  })
  document.addEventListener('allauth.error', function (event) {
    event.preventDefault()
    document.querySelectorAll('[data-passkey-problem]').forEach(function (node) {
      node.textContent = node.dataset.passkeyProblem
      node.hidden = false
    })
  })
})()
