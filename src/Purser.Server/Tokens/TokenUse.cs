namespace Purser.Server.Tokens;

/// <summary>
/// One successful registration is one use (domain rules 7.1), counted where it happens: the committer runs this in its own transaction. No row
/// touched means that the last use was taken by somebody else.
/// </summary>
public static class TokenUse
{
    /// <summary>Parameters: @account_id, @token_id, @now (epoch seconds).</summary>
    public const string Sql =
        """
        update registration_token set uses = uses + 1, last_used_at = @now
        where account_id = @account_id and id = @token_id and revoked_at is null and expires_at > @now
          and (maximum_uses is null or uses < maximum_uses)
        """;
}
