namespace InferenceServices.ModelServer.CloudEvents;

/// <summary>A request body, extracted from its event if there is one.</summary>
/// <param name="AnswerMode">Mode of the response.</param>
/// <param name="Data">Data of the event, or the body of a request without an event; unchanged.</param>
/// <param name="Event">The structured event; empty in other modes.</param>
internal readonly record struct CloudEventMessage(ContentMode AnswerMode, ReadOnlyMemory<byte> Data, ReadOnlyMemory<byte> Event);
