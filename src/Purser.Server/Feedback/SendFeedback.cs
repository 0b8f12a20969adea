using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Feedback;

/// <summary>Feedback to the operator (RP-05; help ch. 13). Sent anonymously, it names nobody anywhere: not in its row, not in the audit.</summary>
public sealed class SendFeedback(WritePath writePath)
{
    public const string Name = "feedback.send";
    public const int LongestText = 4000;
    public const int LongestPage = 500;

    /// <param name="Page">From which page it is written, as its path.</param>
    public sealed record Input(FeedbackCategory Category, string Text, bool IsAnonymous = false, string Page = "");

    public sealed record Answer(long Id);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/api/v1/feedback", async (Input input, SendFeedback send, HttpContext context) =>
            (await send.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToCreated())
        .Requires(Permission.SignedIn).RequireRateLimiting(FeedbackLimit.Policy)
            .WithSummary("Send feedback to the operator, anonymously if you like")
        .WithTags("Feedback and support");

    public async Task<Verdict<Answer>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        if (Problem(input) is { } problem)
        {
            return problem;
        }

        // Who wrote must not stand in the audit either, nor under a key of hers.
        var written = input.IsAnonymous ? command with { Actor = Actor.System, Accounts = [], IdempotencyKey = null } : command with { Accounts = [] };
        return await writePath.RunAsync<Answer>(written, scope =>
        {
            var message = new InboxMessage
            {
                Id = scope.NextId(IdKind.InboxMessage), Kind = MessageKind.Feedback, Category = input.Category, Text = input.Text.Trim(), At = scope.Now, Page = PageOf(input.Page),
            };
            if (!input.IsAnonymous)
            {
                (message.PersonId, message.PersonName) = (command.Actor.Kind == ActorKind.Person ? command.Actor.Id : null, command.Actor.Name);
            }

            scope.Db.InboxMessages.Add(message);
            return Task.FromResult<Verdict<Answer>>(new Answer(message.Id));
        }, cancellation);
    }

    /// <summary>An address of ours, without what was searched for on it.</summary>
    internal static string PageOf(string page) => page.StartsWith('/') && page.Length <= LongestPage ? page.Split('?')[0] : "";

    private static Refusal? Problem(Input input) =>
        !Enum.IsDefined(input.Category)
            ? Verdict.Refused(RefusalCode.InvalidInput, $"Choose a category: {string.Join(", ", Enum.GetNames<FeedbackCategory>())}.", nameof(input.Category))
            : InputText.Problem(input.Text, nameof(input.Text), "your comments", LongestText);
}
