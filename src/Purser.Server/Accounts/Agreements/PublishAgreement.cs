using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;

namespace Purser.Server.Accounts;

/// <summary>The operator publishes the next version of the license agreement; every account has to accept it (SA-05).</summary>
public sealed class PublishAgreement(WritePath writePath, AnnounceAgreement announce)
{
    public const string Name = "agreement.publish";
    public const int LongestTitle = 200;
    public const int LongestText = 200_000;

    public sealed record Input(string Title, string Text);

    public sealed record Answer(int Version, string TextHash);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/api/v1/operator/agreements", async (Input input, PublishAgreement publish, HttpContext context) =>
            (await publish.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToCreated())
        .Requires(Permission.AgreementPublish)
            .WithSummary("Publish a new version of the license agreement")
        .WithTags("Operator: accounts");

    public async Task<Verdict<Answer>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        if ((InputText.Problem(input.Title, nameof(input.Title), "a title", LongestTitle)
            ?? InputText.Problem(input.Text, nameof(input.Text), "the text of the agreement", LongestText)) is { } problem)
        {
            return problem;
        }

        var verdict = await writePath.RunAsync<Answer>(command, async scope =>
        {
            var agreement = new Agreement
            {
                Version = (await AgreementGate.NewestVersionAsync(scope.Db, cancellation) ?? 0) + 1,
                Title = input.Title.Trim(),
                Text = input.Text.ReplaceLineEndings("\n"),
                TextHash = [],
                PublishedAt = scope.Now,
            };
            agreement.TextHash = SHA256.HashData(Encoding.UTF8.GetBytes(agreement.Text));
            scope.Db.Agreements.Add(agreement);
            return new Answer(agreement.Version, Convert.ToHexString(agreement.TextHash));
        }, cancellation);
        if (verdict.IsOk && !command.DryRun)
        {
            await announce.HandleAsync(cancellation);
        }

        return verdict;
    }
}
