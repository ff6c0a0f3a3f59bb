package org.tornadomla.langchain4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ToolChoice;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.PartialThinking;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.output.FinishReason;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What goes to the model, and what comes back, field by field. */
class ProtocolTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ToolExecutionRequest CALL = ToolExecutionRequest.builder().id("call_1").name("weather")
            .arguments("{\"city\":\"Ur\"}").build();

    /** JSON with single quotes, and with @ for the arguments of the call. */
    private static ObjectNode json(String text) throws Exception {
        return (ObjectNode) JSON.readTree(text.replace('\'', '"').replace("@", "\\\"city\\\":\\\"Ur\\\""));
    }

    @Test
    void aConversationWithToolsIsWrittenWhole() throws Exception {
        ToolSpecification tool = ToolSpecification.builder().name("weather").description("of a city")
                .parameters(JsonObjectSchema.builder().addStringProperty("city").required("city").build()).build();
        ChatRequest request = ChatRequest.builder()
                .messages(SystemMessage.from("Be short."), UserMessage.from("Ur?"),
                        AiMessage.builder().thinking("hot").toolExecutionRequests(List.of(CALL)).build(),
                        ToolExecutionResultMessage.from(CALL, "40 degrees"))
                .toolSpecifications(tool).toolChoice(ToolChoice.AUTO).temperature(0.5).topK(7)
                .stopSequences(List.of("END")).maxOutputTokens(9).build();
        JsonNode body = Requests.write(request);
        assertEquals(json("{'role':'system','content':'Be short.'}"), body.get("messages").get(0));
        assertEquals(json("{'role':'user','content':'Ur?'}"), body.get("messages").get(1));
        assertEquals(
                json("{'role':'assistant','content':null,'reasoning_content':'hot','tool_calls':[{'id':'call_1',"
                        + "'type':'function','function':{'name':'weather','arguments':'{@}'}}]}"),
                body.get("messages").get(2));
        assertEquals(json("{'role':'tool','content':'40 degrees','tool_call_id':'call_1'}"),
                body.get("messages").get(3));
        JsonNode function = body.get("tools").get(0).get("function");
        assertEquals("weather", function.get("name").textValue());
        assertEquals("string", function.at("/parameters/properties/city/type").textValue());
        assertEquals("auto", body.get("tool_choice").textValue());
        assertEquals(0.5, body.get("temperature").doubleValue());
        assertEquals(7, body.get("top_k").intValue());
        assertEquals("END", body.get("stop").get(0).textValue());
        assertEquals(9, body.get("max_tokens").intValue());
        assertNull(body.get("response_format"));
    }

    @Test
    void picturesAreRefused() {
        ChatRequest request = ChatRequest.builder()
                .messages(UserMessage.from(ImageContent.from("http://localhost/a.png"))).build();
        UnsupportedFeatureException refused = assertThrows(UnsupportedFeatureException.class,
                () -> Requests.write(request));
        assertTrue(refused.getMessage().contains("reads text alone"), refused.getMessage());
    }

    @Test
    void callsAndReasoningComeBack() throws Exception {
        ChatResponse response = Answers.read(json("{'id':'a','model':'m','choices':[{'message':{'content':null,"
                + "'reasoning_content':'hot','tool_calls':[{'id':'call_1','type':'function','function':{'name':'weather',"
                + "'arguments':'{@}'}}]},'finish_reason':'tool_calls'}],"
                + "'usage':{'prompt_tokens':3,'completion_tokens':4,'total_tokens':7}}"));
        assertEquals(List.of(CALL), response.aiMessage().toolExecutionRequests());
        assertEquals("hot", response.aiMessage().thinking());
        assertNull(response.aiMessage().text());
        assertEquals(FinishReason.TOOL_EXECUTION, response.finishReason());
        assertEquals(7, response.tokenUsage().totalTokenCount());
    }

    @Test
    void eventsBecomeTheSame() throws Exception {
        List<Object> heard = new ArrayList<>();
        AnswerStream stream = new AnswerStream(new StreamingChatResponseHandler() {

            @Override
            public void onPartialThinking(PartialThinking thought) {
                heard.add(thought.text());
            }

            @Override
            public void onCompleteToolCall(CompleteToolCall call) {
                heard.add(call.toolExecutionRequest());
            }

            @Override
            public void onCompleteResponse(ChatResponse response) {
                heard.add(response);
            }

            @Override
            public void onError(Throwable failure) {
                heard.add(failure);
            }
        });
        for (String event : List.of("{'delta':{'role':'assistant','content':''}}",
                "{'delta':{'reasoning_content':'ho'}}", "{'delta':{'reasoning_content':'t'}}",
                "{'delta':{'tool_calls':[{'index':0,'id':'call_1','type':'function','function':{'name':'weather',"
                        + "'arguments':'{@}'}}]}}",
                "{'delta':{},'finish_reason':'tool_calls'}")) {
            assertTrue(stream.take(json("{'id':'a','model':'m','usage':null,'choices':[" + event + "]}")));
        }
        assertTrue(stream.take(json("{'id':'a','model':'m','choices':[],"
                + "'usage':{'prompt_tokens':3,'completion_tokens':4,'total_tokens':7}}")));
        stream.end();
        assertEquals(List.of("ho", "t", CALL), heard.subList(0, 3));
        ChatResponse response = (ChatResponse) heard.get(3);
        assertEquals("hot", response.aiMessage().thinking());
        assertEquals(List.of(CALL), response.aiMessage().toolExecutionRequests());
        assertEquals(FinishReason.TOOL_EXECUTION, response.finishReason());
    }
}
