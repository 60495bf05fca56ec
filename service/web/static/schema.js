// Starts Swagger UI on our own document; no validator, nothing from elsewhere.
window.ui = SwaggerUIBundle({
  url: "/schema/openapi.json",
  dom_id: "#schema",
  deepLinking: true,
  persistAuthorization: false,
  validatorUrl: null,
});
