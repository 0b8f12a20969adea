using Purser.Server.Commands;

namespace Purser.Server.People;

public static class ClientRules
{
    /// <summary>Thirty days: two secrets at a time are for a change of programs, not for ever.</summary>
    public const int LongestOverlap = 720;

    public static Refusal? JudgeText(string name, int? expiresInDays) =>
        InputText.Problem(name, "Name", "a name", CreateApiClient.LongestName) ?? JudgeLife(expiresInDays);

    public static Refusal? JudgeLife(int? expiresInDays) => expiresInDays is < 1 or > CreateApiClient.LongestLife
        ? Verdict.Refused(RefusalCode.InvalidInput, $"An API client lasts 1 to {CreateApiClient.LongestLife} days, or until it is revoked.", "ExpiresInDays")
        : null;

    public static Refusal? JudgeOverlap(int hours) => hours is < 0 or > LongestOverlap
        ? Verdict.Refused(RefusalCode.InvalidInput, $"The old secret goes on working for 0 to {LongestOverlap} hours beside the new one.", "OverlapHours")
        : null;

    /// <summary>A program cannot make another one that may do more than itself.</summary>
    public static Refusal? JudgeScopes(Actor maker, IReadOnlyList<ApiScope> scopes)
    {
        if (scopes.Count == 0)
        {
            return Verdict.Refused(RefusalCode.InvalidInput, "Choose at least one scope: Read, Write or Manage.", "Scopes");
        }

        return maker.Scopes is null || scopes.All(maker.Scopes.Contains)
            ? null
            : Verdict.Refused(RefusalCode.NotAllowed, "An API client cannot get scopes that its maker does not have.", "Scopes");
    }
}
