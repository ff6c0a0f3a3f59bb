/** DeepSeek-family models as LangChain4j's chat models, in this process. */
package org.tornadomla.langchain4j;
