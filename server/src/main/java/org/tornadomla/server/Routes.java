package org.tornadomla.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.tornadomla.server.ModelServer.Route;

/** The paths of the server as a table. */
final class Routes {

    private static final String PAGE = "chat.html";

    private Routes() {
    }

    /** What a server of one model answers. */
    static Map<String, Route> of(TextModel model, ServerMetrics metrics) {
        Map<String, Route> routes = new TreeMap<>();
        routes.put("/v1/chat/completions", new Route("POST", false, new ChatEndpoint(model, metrics)));
        routes.put("/v1/completions", new Route("POST", false, new CompletionEndpoint(model, metrics)));
        routes.put("/v1/models", new Route("GET", false, exchange -> exchange.json(200, models(model))));
        routes.put("/v1/models/" + model.name(), new Route("GET", false, exchange -> exchange.json(200, model(model))));
        routes.put("/v1/embeddings", new Route("POST", false, _ -> {
            throw ApiException.notFound(null, "unknown_url",
                    model.name() + " makes texts, not embeddings; ask a model that is made for them");
        }));
        routes.put("/tokenize", new Route("POST", false, exchange -> exchange.json(200, tokenize(model, exchange))));
        routes.put("/status", new Route("GET", false, exchange -> exchange.json(200, status(model))));
        routes.put("/metrics", new Route("GET", false, exchange -> exchange.send(200,
                "text/plain; version=0.0.4; charset=utf-8", metrics.scrape().getBytes(StandardCharsets.UTF_8))));
        routes.put("/health", new Route("GET", true,
                exchange -> exchange.json(200, Exchange.JSON.createObjectNode().put("status", "ok"))));
        byte[] page = page();
        routes.put("/", new Route("GET", true, exchange -> {
            exchange.header("Content-Security-Policy",
                    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self';"
                            + " img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
            exchange.send(200, "text/html; charset=utf-8", page);
        }));
        return routes;
    }

    private static byte[] page() {
        try (InputStream in = Routes.class.getResourceAsStream(PAGE)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ObjectNode models(TextModel model) {
        ObjectNode list = Exchange.JSON.createObjectNode().put("object", "list");
        ArrayNode data = list.putArray("data");
        data.add(model(model));
        return list;
    }

    private static ObjectNode model(TextModel model) {
        return Exchange.JSON.createObjectNode().put("id", model.name()).put("object", "model")
                .put("created", model.created()).put("owned_by", "tornado-mla")
                .put("max_model_len", model.contextTokens());
    }

    private static ObjectNode tokenize(TextModel model, Exchange exchange) throws IOException {
        Fields body = Fields.of(exchange.body());
        int[] ids = model.encode(body.requiredText("text"), body.flag("add_special_tokens"));
        ObjectNode answer = Exchange.JSON.createObjectNode().put("count", ids.length);
        ArrayNode tokens = answer.putArray("tokens");
        for (int id : ids) {
            tokens.add(id);
        }
        return answer;
    }

    private static ObjectNode status(TextModel model) {
        TextModel.State now = model.state();
        ObjectNode status = Exchange.JSON.createObjectNode().put("model", model.name()).put("device", now.device())
                .put("chat", model.hasTemplate()).put("running", now.running()).put("waiting", now.waiting());
        status.putObject("pages").put("total", now.pages()).put("used", now.usedPages()).put("kept",
                now.prefixes().keptPages());
        return status;
    }
}
